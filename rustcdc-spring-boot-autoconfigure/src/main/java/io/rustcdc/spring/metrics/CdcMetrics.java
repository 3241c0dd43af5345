package io.rustcdc.spring.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.rustcdc.event.CdcException;
import io.rustcdc.observe.EngineState;
import io.rustcdc.observe.EngineStatus;
import io.rustcdc.observe.HealthVerdict.Status;
import io.rustcdc.runtime.DeadLetters;
import io.rustcdc.spring.CdcEngines;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The metrics of {@link CdcMetric} that tell how a source stands, all asked of its status, but for the dead letters, of which their store is asked. */
public final class CdcMetrics implements MeterBinder {

    private static final Logger logger = LoggerFactory.getLogger(CdcMetrics.class);

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
            gauge(CdcMetric.REPLICATION_LAG, status -> (double) status.lag().toMillis());
            gauge(CdcMetric.CHECKPOINT_AGE, status ->
                    (double) status.checkpointAge().toMillis());
            gauge(CdcMetric.IN_FLIGHT_EVENTS, status -> (double) status.inFlight());
            gauge(CdcMetric.BUFFER_DEPTH, status -> (double) status.buffered());
            gauge(CdcMetric.LIVENESS, status -> status.state().isRunning() ? 1 : 0);
            gauge(
                    CdcMetric.SNAPSHOT_TABLES_REMAINING,
                    status -> status.snapshots() == null
                            ? 0.0
                            : status.snapshots().pending().size());
            Gauge.builder(CdcMetric.DEAD_LETTERS.meterName(), engines, this::deadLetters)
                    .description(CdcMetric.DEAD_LETTERS.description())
                    .tags(tags)
                    .register(registry);
            counter(CdcMetric.EVENTS_POLLED, status -> (double) status.eventsPolled());
            counter(CdcMetric.EVENTS_COMMITTED, status -> (double) status.eventsCommitted());
            oneOf(CdcMetric.HEALTH, Status.values(), status -> status.health().status());
            oneOf(CdcMetric.STATE, EngineState.values(), EngineStatus::state);
        }

        private void gauge(CdcMetric metric, ToDoubleFunction<EngineStatus> value) {
            gauge(metric, tags, value);
        }

        private void gauge(CdcMetric metric, Tags tags, ToDoubleFunction<EngineStatus> value) {
            Gauge.builder(metric.meterName(), engines, all -> value.applyAsDouble(status(all)))
                    .description(metric.description())
                    .tags(tags)
                    .register(registry);
        }

        /** A gauge for each value, of which one is 1. */
        private <E extends Enum<E>> void oneOf(CdcMetric metric, E[] values, Function<EngineStatus, E> current) {
            for (E value : values) {
                Tags tagged = tags.and(metric.tags().get(0), value.name().toLowerCase(Locale.ROOT));
                gauge(metric, tagged, status -> current.apply(status) == value ? 1 : 0);
            }
        }

        private void counter(CdcMetric metric, ToDoubleFunction<EngineStatus> value) {
            FunctionCounter.builder(metric.meterName(), engines, all -> value.applyAsDouble(status(all)))
                    .description(metric.description())
                    .tags(tags)
                    .register(registry);
        }

        /** Not a number where none can be kept, and while their store does not answer. */
        private double deadLetters(CdcEngines all) {
            DeadLetters letters = all.get(name).deadLetters();
            try {
                return letters.areKept() ? (double) letters.count() : Double.NaN;
            } catch (CdcException e) {
                logger.debug("The dead letters of source '{}' could not be counted", name, e);
                return Double.NaN;
            }
        }

        private EngineStatus status(CdcEngines all) {
            return all.get(name).status();
        }
    }
}
