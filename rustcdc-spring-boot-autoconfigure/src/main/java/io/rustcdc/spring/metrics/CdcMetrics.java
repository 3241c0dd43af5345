package io.rustcdc.spring.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.rustcdc.observe.EngineStatus;
import io.rustcdc.observe.HealthVerdict.Status;
import io.rustcdc.spring.CdcEngines;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The metrics of the operator's runbook, which in Prometheus are {@code cdc_runtime_replication_lag_ms} and so on, for each
 * source with the tags {@code source} and {@code source_type}.
 */
public final class CdcMetrics implements MeterBinder {

    private static final String PREFIX = "cdc.runtime.";

    private final Map<String, String> sourceTypes;
    private final CdcEngines engines;

    /** @param sourceTypes the types of the sources by name */
    public CdcMetrics(Map<String, String> sourceTypes, CdcEngines engines) {
        this.sourceTypes = sourceTypes;
        this.engines = engines;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        sourceTypes.forEach(
                (name, type) -> new Source(registry, name, Tags.of("source", name, "source_type", type)).bind());
    }

    /** The meters of one source. */
    private final class Source {

        private final MeterRegistry registry;
        private final String name;
        private final Tags tags;

        private Source(MeterRegistry registry, String name, Tags tags) {
            this.registry = registry;
            this.name = name;
            this.tags = tags;
        }

        private void bind() {
            gauge("replication.lag.ms", "Age of the oldest change that is not saved, 0 when caught up", status ->
                    (double) status.lag().toMillis());
            gauge("checkpoint.age.ms", "Time since the last save while something waits to be saved, else 0", status ->
                    (double) status.checkpointAge().toMillis());
            gauge("in.flight.events", "Events handed to listeners and not yet saved", status ->
                    (double) status.inFlight());
            gauge("buffer.depth", "Events read and not yet handed to listeners", status -> (double) status.buffered());
            gauge(
                    "liveness",
                    "Whether the source runs or tries to",
                    status -> status.state().isRunning() ? 1 : 0);
            gauge(
                    "snapshot.tables.remaining",
                    "Tables whose existing rows are still to be read",
                    status -> status.snapshots() == null
                            ? 0.0
                            : status.snapshots().pending().size());
            counter("events.polled", "Events handed to listeners", status -> (double) status.eventsPolled());
            counter("events.committed", "Events acknowledged and durably saved", status ->
                    (double) status.eventsCommitted());
            for (Status verdict : Status.values()) {
                Gauge.builder(
                                PREFIX + "health",
                                engines,
                                all -> status(all).health().status() == verdict ? 1 : 0)
                        .description("Which health verdict holds; exactly one is 1")
                        .tags(tags)
                        .tag("verdict", verdict.name().toLowerCase(Locale.ROOT))
                        .register(registry);
            }
        }

        private void gauge(String metric, String description, ToDoubleFunction<EngineStatus> value) {
            Gauge.builder(PREFIX + metric, engines, all -> value.applyAsDouble(status(all)))
                    .description(description)
                    .tags(tags)
                    .register(registry);
        }

        private void counter(String metric, String description, ToDoubleFunction<EngineStatus> value) {
            FunctionCounter.builder(PREFIX + metric, engines, all -> value.applyAsDouble(status(all)))
                    .description(description)
                    .tags(tags)
                    .register(registry);
        }

        private EngineStatus status(CdcEngines all) {
            return all.get(name).status();
        }
    }
}
