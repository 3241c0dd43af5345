package io.rustcdc.spring.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.rustcdc.event.EventSource;
import io.rustcdc.observe.DeadLetterEvent;
import io.rustcdc.observe.EngineObserver;

/** What became of changes that listeners could not handle, since the process started. A listener's counts begin with the first of them. */
public final class DeadLetterMetrics implements MeterBinder, EngineObserver {

    private final Counters counters = new Counters();

    @Override
    public void bindTo(MeterRegistry registry) {
        counters.bindTo(registry);
    }

    @Override
    public void deadLetter(EventSource source, DeadLetterEvent event) {
        CdcMetric metric = switch (event.kind()) {
            case PARKED, PARKED_BEHIND -> CdcMetric.EVENTS_PARKED;
            case SKIPPED -> CdcMetric.DELIVERY_SKIPPED;
            case REPLAYED -> CdcMetric.DEAD_LETTERS_REPLAYED;
            case DISCARDED -> CdcMetric.DEAD_LETTERS_DISCARDED;
            case SUPERSEDED -> CdcMetric.DEAD_LETTERS_SUPERSEDED;
        };
        counters.add(metric, Counters.tags(source).and("listener", event.listener()), event.changes());
    }
}
