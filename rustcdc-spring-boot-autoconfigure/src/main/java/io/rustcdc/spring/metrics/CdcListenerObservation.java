package io.rustcdc.spring.metrics;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/** What is observed of listeners, if {@code rustcdc.observations.enabled} is set. */
public enum CdcListenerObservation implements ObservationDocumentation {

    /** One call of a listener, without the time that a future takes that it returned. */
    LISTENER {

        @Override
        public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
            return DefaultCdcListenerObservationConvention.class;
        }

        @Override
        public KeyName[] getLowCardinalityKeyNames() {
            return Keys.values();
        }
    };

    /** Each key is always there, so that single calls and those with a batch can share a meter. */
    public enum Keys implements KeyName {
        /** The source's configured name. */
        SOURCE("source"),
        /** The kind of database, such as postgres. */
        SOURCE_TYPE("source_type"),
        /** The id of the listener. */
        LISTENER("listener"),
        /** The table of the change; {@code none} for a batch. */
        TABLE("table"),
        /** The operation, such as insert; {@code batch} for a batch. */
        OPERATION("operation");

        private final String key;

        Keys(String key) {
            this.key = key;
        }

        @Override
        public String asString() {
            return key;
        }
    }
}
