package io.rustcdc.spring.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.LogRetention;
import io.rustcdc.event.LogRetention.Safety;
import io.rustcdc.observe.EngineObserver;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of the log that servers keep for sources. A source has them from its first measurement to its stop: a value
 * that nobody measured is absent, not 0.
 */
public final class RetainedLogMetrics implements MeterBinder, EngineObserver {

    private final Map<EventSource, LogRetention> measured = new LinkedHashMap<>();
    private final List<Meter> meters = new ArrayList<>();

    private record Meter(MultiGauge gauge, Function<LogRetention, @Nullable Number> value) {}

    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        meter(registry, CdcMetric.SLOT_LAG, LogRetention::unconfirmedBytes);
        meter(registry, CdcMetric.RETAINED_LOG, LogRetention::retainedBytes);
        meter(registry, CdcMetric.RETAINED_LOG_SAFE_BYTES, LogRetention::safeBytes);
        meter(
                registry,
                CdcMetric.RETAINED_LOG_RUNWAY,
                log -> log.runway() == null ? null : log.runway().toSeconds());
        meter(registry, CdcMetric.RETAINED_LOG_SAFE, log -> log.safety() == Safety.SAFE ? 1 : 0);
        refresh();
    }

    @Override
    public synchronized void logMeasured(EventSource source, @Nullable LogRetention log) {
        if (log == null) {
            measured.remove(source);
        } else {
            measured.put(source, log);
        }
        refresh();
    }

    private void meter(MeterRegistry registry, CdcMetric metric, Function<LogRetention, @Nullable Number> value) {
        meters.add(new Meter(
                MultiGauge.builder(metric.meterName())
                        .description(metric.description())
                        .register(registry),
                value));
    }

    private void refresh() {
        for (Meter meter : meters) {
            List<Row<?>> rows = new ArrayList<>();
            measured.forEach((source, log) -> {
                Number value = meter.value().apply(log);
                if (value != null) {
                    rows.add(Row.of(Tags.of("source", source.name(), "source_type", source.type()), value));
                }
            });
            meter.gauge().register(rows, true);
        }
    }
}
