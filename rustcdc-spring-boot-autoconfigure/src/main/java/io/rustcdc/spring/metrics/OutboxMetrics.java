package io.rustcdc.spring.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.rustcdc.spring.outbox.RemovalCounts;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The metrics of sources that remove the rows of their outbox. */
public final class OutboxMetrics implements MeterBinder {

    private final Map<String, String> sourceTypes;
    private final Map<String, RemovalCounts> counts;

    /**
     * @param sourceTypes the types of the sources by name
     * @param counts by the names of those that remove rows
     */
    public OutboxMetrics(Map<String, String> sourceTypes, Map<String, RemovalCounts> counts) {
        this.sourceTypes = sourceTypes;
        this.counts = counts;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        counts.forEach((source, count) -> {
            Tags tags = Tags.of("source", source, "source_type", String.valueOf(sourceTypes.get(source)));
            counter(registry, CdcMetric.OUTBOX_ROWS_REMOVED, tags, count, RemovalCounts::removed);
            counter(registry, CdcMetric.OUTBOX_REMOVAL_ERRORS, tags, count, RemovalCounts::errors);
        });
    }

    private static void counter(
            MeterRegistry registry,
            CdcMetric metric,
            Tags tags,
            RemovalCounts count,
            ToDoubleFunction<RemovalCounts> value) {
        FunctionCounter.builder(metric.meterName(), count, value)
                .description(metric.description())
                .tags(tags)
                .register(registry);
    }
}
