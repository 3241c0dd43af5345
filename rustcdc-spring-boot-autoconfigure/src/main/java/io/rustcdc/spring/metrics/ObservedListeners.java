package io.rustcdc.spring.metrics;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.rustcdc.spring.listener.ListenerCall;
import io.rustcdc.spring.listener.ListenerDecorator;
import org.jspecify.annotations.Nullable;

/** Makes an observation of each call of a listener. */
public final class ObservedListeners implements ListenerDecorator {

    private static final CdcListenerObservationConvention BY_DEFAULT = new DefaultCdcListenerObservationConvention();

    private final ObservationRegistry registry;
    private final @Nullable CdcListenerObservationConvention convention;

    /** @param convention of the application; null for the usual one */
    public ObservedListeners(ObservationRegistry registry, @Nullable CdcListenerObservationConvention convention) {
        this.registry = registry;
        this.convention = convention;
    }

    @Override
    public ListenerCall decorate(String id, boolean batch, ListenerCall call) {
        if (registry.isNoop()) {
            return call;
        }
        return (events, acknowledgment) -> {
            Observation observation = CdcListenerObservation.LISTENER.observation(
                    convention, BY_DEFAULT, () -> new CdcListenerObservationContext(id, batch, events), registry);
            observation.observeChecked(() -> call.run(events, acknowledgment));
        };
    }
}
