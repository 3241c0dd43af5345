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
        meter(
                registry,
                "cdc.replication.slot.lag.bytes",
                "Log between the position that the server was told last and the end of its log",
                LogRetention::unconfirmedBytes);
        meter(
                registry,
                "cdc.runtime.retained.log.bytes",
                "Log that the server keeps for the source",
                LogRetention::retainedBytes);
        meter(
                registry,
                "cdc.runtime.retained.log.safe.bytes",
                "Log that can be written before the server may remove what the source needs; absent without a limit",
                LogRetention::safeBytes);
        meter(
                registry,
                "cdc.runtime.retained.log.safe",
                "1 when the server keeps all that the source needs, 0 when it may remove or has removed some",
                log -> log.safety() == Safety.SAFE ? 1 : 0);
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

    private void meter(
            MeterRegistry registry, String name, String description, Function<LogRetention, @Nullable Number> value) {
        meters.add(new Meter(MultiGauge.builder(name).description(description).register(registry), value));
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
