package io.rustcdc.spring.metrics;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/** Names the observations of listeners. A bean of this type replaces {@link DefaultCdcListenerObservationConvention}. */
public interface CdcListenerObservationConvention extends ObservationConvention<CdcListenerObservationContext> {

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof CdcListenerObservationContext;
    }
}
