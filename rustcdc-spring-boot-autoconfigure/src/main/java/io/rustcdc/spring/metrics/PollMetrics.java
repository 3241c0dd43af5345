package io.rustcdc.spring.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.PollTimes;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.EngineState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The metrics of sources that poll. A source has them from its first measurement to its stop. */
public final class PollMetrics implements MeterBinder, EngineObserver {

    private final Map<EventSource, PollTimes> measured = new LinkedHashMap<>();
    private final List<Meter> meters = new ArrayList<>();

    private record Meter(MultiGauge gauge, Function<PollTimes, @Nullable Duration> value) {}

    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        meter(registry, CdcMetric.POLL_LATENCY_P95, PollTimes::p95);
        meter(registry, CdcMetric.POLL_LATENCY_P99, PollTimes::p99);
        meter(registry, CdcMetric.CAPTURE_LATENCY, PollTimes::captureLatency);
        refresh();
    }

    @Override
    public synchronized void pollsMeasured(EventSource source, PollTimes times) {
        measured.put(source, times);
        refresh();
    }

    @Override
    public synchronized void stateChanged(EventSource source, EngineState from, EngineState to) {
        if ((to == EngineState.STOPPED || to == EngineState.FAILED) && measured.remove(source) != null) {
            refresh();
        }
    }

    private void meter(MeterRegistry registry, CdcMetric metric, Function<PollTimes, @Nullable Duration> value) {
        meters.add(new Meter(
                MultiGauge.builder(metric.meterName())
                        .description(metric.description())
                        .register(registry),
                value));
    }

    private void refresh() {
        for (Meter meter : meters) {
            List<Row<?>> rows = new ArrayList<>();
            measured.forEach((source, times) -> {
                Duration value = meter.value().apply(times);
                if (value != null) {
                    rows.add(Row.of(
                            Tags.of("source", source.name(), "source_type", source.type()), value.toNanos() / 1e6));
                }
            });
            meter.gauge().register(rows, true);
        }
    }
}
