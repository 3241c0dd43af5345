package io.rustcdc.spring.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Offset;
import io.rustcdc.observe.EngineObserver;
import java.util.Map;

/**
 * What went wrong since the process started, for each source. Those that have no further tag are there from the start, at
 * 0, so that the first error shows as an increase; a listener's count begins with its first failure.
 */
public final class ErrorMetrics implements MeterBinder, EngineObserver {

    private final Counters counters = new Counters();

    /** @param sourceTypes the types of the sources by name */
    public ErrorMetrics(Map<String, String> sourceTypes) {
        sourceTypes.forEach((name, type) -> {
            Tags source = Tags.of("source", name, "source_type", type);
            counters.prepare(CdcMetric.CONNECTION_ERRORS, source);
            counters.prepare(CdcMetric.CHECKPOINT_ERRORS, source);
        });
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        counters.bindTo(registry);
    }

    @Override
    public void connectionFailed(EventSource source, CdcException failure) {
        counters.add(CdcMetric.CONNECTION_ERRORS, Counters.tags(source), 1);
    }

    @Override
    public void checkpointFailed(EventSource source, CdcException failure) {
        counters.add(CdcMetric.CHECKPOINT_ERRORS, Counters.tags(source), 1);
    }

    @Override
    public void deliveryFailed(EventSource source, String listener, Offset offset, int attempt, Throwable failure) {
        counters.add(CdcMetric.DELIVERY_ERRORS, Counters.tags(source).and("listener", listener), 1);
    }
}
