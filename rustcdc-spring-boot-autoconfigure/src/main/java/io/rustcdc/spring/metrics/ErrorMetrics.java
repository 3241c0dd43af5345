package io.rustcdc.spring.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Offset;
import io.rustcdc.observe.EngineObserver;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.LongAdder;

/**
 * What went wrong since the process started, for each source. Those that have no further tag are there from the start, at
 * 0, so that the first error shows as an increase; a listener's count begins with its first failure.
 */
public final class ErrorMetrics implements MeterBinder, EngineObserver {

    private final Map<Key, LongAdder> counts = new ConcurrentHashMap<>();
    private final Set<MeterRegistry> registries = new CopyOnWriteArraySet<>();

    private record Key(CdcMetric metric, Tags tags) {}

    /** @param sourceTypes the types of the sources by name */
    public ErrorMetrics(Map<String, String> sourceTypes) {
        sourceTypes.forEach((name, type) -> {
            Tags source = Tags.of("source", name, "source_type", type);
            counts.put(new Key(CdcMetric.CONNECTION_ERRORS, source), new LongAdder());
            counts.put(new Key(CdcMetric.CHECKPOINT_ERRORS, source), new LongAdder());
        });
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        registries.add(registry);
        counts.forEach((key, count) -> register(registry, key, count));
    }

    @Override
    public void connectionFailed(EventSource source, CdcException failure) {
        count(CdcMetric.CONNECTION_ERRORS, tags(source));
    }

    @Override
    public void checkpointFailed(EventSource source, CdcException failure) {
        count(CdcMetric.CHECKPOINT_ERRORS, tags(source));
    }

    @Override
    public void deliveryFailed(EventSource source, String listener, Offset offset, int attempt, Throwable failure) {
        count(CdcMetric.DELIVERY_ERRORS, tags(source).and("listener", listener));
    }

    private void count(CdcMetric metric, Tags tags) {
        Key key = new Key(metric, tags);
        LongAdder count = counts.get(key);
        if (count == null) {
            count = counts.computeIfAbsent(key, first -> new LongAdder());
            // Registering what is registered changes nothing, so it does not matter who of two comes first.
            for (MeterRegistry registry : registries) {
                register(registry, key, count);
            }
        }
        count.increment();
    }

    private static void register(MeterRegistry registry, Key key, LongAdder count) {
        FunctionCounter.builder(key.metric.meterName(), count, LongAdder::doubleValue)
                .description(key.metric.description())
                .tags(key.tags)
                .register(registry);
    }

    private static Tags tags(EventSource source) {
        return Tags.of("source", source.name(), "source_type", source.type());
    }
}
