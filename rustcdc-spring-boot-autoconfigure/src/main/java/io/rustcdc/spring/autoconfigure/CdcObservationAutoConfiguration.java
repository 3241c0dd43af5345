package io.rustcdc.spring.autoconfigure;

import io.micrometer.observation.ObservationRegistry;
import io.rustcdc.spring.listener.ListenerDecorator;
import io.rustcdc.spring.metrics.CdcListenerObservationConvention;
import io.rustcdc.spring.metrics.ObservedListeners;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** An observation of each call of a listener, if it is wished for: it costs more than most calls. */
@AutoConfiguration(before = CdcAutoConfiguration.class)
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBooleanProperty("rustcdc.observations.enabled")
public final class CdcObservationAutoConfiguration {

    @Bean
    ListenerDecorator cdcListenerObservations(
            ObjectProvider<ObservationRegistry> registry, ObjectProvider<CdcListenerObservationConvention> convention) {
        return new ObservedListeners(registry.getIfUnique(() -> ObservationRegistry.NOOP), convention.getIfUnique());
    }
}
