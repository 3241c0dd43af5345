package io.rustcdc.spring.autoconfigure;

import io.rustcdc.spring.CdcEngines;
import io.rustcdc.spring.actuate.CdcCheckpointsEndpoint;
import io.rustcdc.spring.actuate.CdcCheckpointsWebExtension;
import io.rustcdc.spring.actuate.CdcDeadLettersEndpoint;
import io.rustcdc.spring.actuate.CdcDeadLettersWebExtension;
import io.rustcdc.spring.actuate.CdcDoctorEndpoint;
import io.rustcdc.spring.actuate.CdcEndpoint;
import io.rustcdc.spring.actuate.CdcWebExtension;
import io.rustcdc.spring.actuate.ShownValues;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** The endpoints {@code cdc}, {@code cdccheckpoints}, {@code cdcdeadletters} and {@code cdcdoctor}; and no endpoint shows a secret of a source, whatever else it may show. */
@AutoConfiguration(after = CdcAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(CdcEngines.class)
@EnableConfigurationProperties(DeadLettersEndpointProperties.class)
public final class CdcEndpointAutoConfiguration {

    /** As a property of any spelling, or as an environment variable; of the source, of its key, and the key of hashes. */
    private static final Pattern SECRET =
            Pattern.compile("rustcdc[._].+(password|hash[-_]?key)", Pattern.CASE_INSENSITIVE);

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnAvailableEndpoint
    CdcEndpoint cdcEndpoint(ConfiguredSources sources, CdcEngines engines) {
        Map<String, Map<String, String>> conditions = new LinkedHashMap<>();
        sources.forEach(source ->
                conditions.put(source.name(), source.settings().getSnapshot().getConditions()));
        return new CdcEndpoint(engines, conditions);
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnAvailableEndpoint
    CdcCheckpointsEndpoint cdcCheckpointsEndpoint(CdcEngines engines) {
        return new CdcCheckpointsEndpoint(engines);
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnAvailableEndpoint
    CdcDoctorEndpoint cdcDoctorEndpoint(CdcEngines engines) {
        return new CdcDoctorEndpoint(engines);
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBean(CdcEndpoint.class)
    @ConditionalOnAvailableEndpoint(endpoint = CdcEndpoint.class, exposure = EndpointExposure.WEB)
    CdcWebExtension cdcWebExtension(CdcEndpoint endpoint) {
        return new CdcWebExtension(endpoint);
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBean(CdcCheckpointsEndpoint.class)
    @ConditionalOnAvailableEndpoint(endpoint = CdcCheckpointsEndpoint.class, exposure = EndpointExposure.WEB)
    CdcCheckpointsWebExtension cdcCheckpointsWebExtension(CdcCheckpointsEndpoint endpoint) {
        return new CdcCheckpointsWebExtension(endpoint);
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnAvailableEndpoint
    CdcDeadLettersEndpoint cdcDeadLettersEndpoint(CdcEngines engines, DeadLettersEndpointProperties properties) {
        return new CdcDeadLettersEndpoint(engines, new ShownValues(properties.getShowValues(), properties.getRoles()));
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBean(CdcDeadLettersEndpoint.class)
    @ConditionalOnAvailableEndpoint(endpoint = CdcDeadLettersEndpoint.class, exposure = EndpointExposure.WEB)
    CdcDeadLettersWebExtension cdcDeadLettersWebExtension(CdcDeadLettersEndpoint endpoint) {
        return new CdcDeadLettersWebExtension(endpoint);
    }

    @Bean
    SanitizingFunction cdcPasswordSanitizingFunction() {
        return SanitizingFunction.sanitizeValue().ifKeyMatches(SECRET);
    }
}
