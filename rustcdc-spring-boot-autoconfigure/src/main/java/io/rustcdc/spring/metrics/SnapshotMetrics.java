package io.rustcdc.spring.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.event.EventSource;
import io.rustcdc.observe.EngineObserver;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** The rows that snapshots have read since the process started, for each source. */
public final class SnapshotMetrics implements MeterBinder, EngineObserver {

    private final Map<String, String> sourceTypes;
    private final Map<String, LongAdder> rows = new ConcurrentHashMap<>();

    /** @param sourceTypes the types of the sources by name */
    public SnapshotMetrics(Map<String, String> sourceTypes) {
        this.sourceTypes = sourceTypes;
        sourceTypes.keySet().forEach(name -> rows.put(name, new LongAdder()));
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        sourceTypes.forEach((name, type) -> FunctionCounter.builder(
                        CdcMetric.SNAPSHOT_ROWS.meterName(), rowsOf(name), LongAdder::doubleValue)
                .description(CdcMetric.SNAPSHOT_ROWS.description())
                .tags("source", name, "source_type", type)
                .register(registry));
    }

    @Override
    public void snapshotChunk(EventSource source, TableSnapshot table, int read) {
        rowsOf(source.name()).add(read);
    }

    private LongAdder rowsOf(String source) {
        return rows.computeIfAbsent(source, name -> new LongAdder());
    }
}
