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
        meter(
                registry,
                "cdc.runtime.poll.latency.p95.ms",
                "What 95 of 100 of the last polls took at most",
                PollTimes::p95);
        meter(
                registry,
                "cdc.runtime.poll.latency.p99.ms",
                "What 99 of 100 of the last polls took at most",
                PollTimes::p99);
        meter(
                registry,
                "cdc.runtime.capture.latency.ms",
                "How far the database's own capture process is behind; absent where that must not be known",
                PollTimes::captureLatency);
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

    private void meter(
            MeterRegistry registry, String name, String description, Function<PollTimes, @Nullable Duration> value) {
        meters.add(new Meter(MultiGauge.builder(name).description(description).register(registry), value));
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
