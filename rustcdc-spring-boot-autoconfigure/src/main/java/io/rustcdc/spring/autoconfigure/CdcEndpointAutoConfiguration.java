package io.rustcdc.spring.autoconfigure;

import io.rustcdc.spring.CdcEngines;
import io.rustcdc.spring.actuate.CdcCheckpointsEndpoint;
import io.rustcdc.spring.actuate.CdcEndpoint;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** The endpoints {@code cdc} and {@code cdccheckpoints}; and no endpoint shows a password of a source, whatever else it may show. */
@AutoConfiguration(after = CdcAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(CdcEngines.class)
public final class CdcEndpointAutoConfiguration {

    /** As a property of any spelling, or as an environment variable. */
    private static final Pattern PASSWORD = Pattern.compile("rustcdc[._].+[._]password", Pattern.CASE_INSENSITIVE);

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
    SanitizingFunction cdcPasswordSanitizingFunction() {
        return SanitizingFunction.sanitizeValue().ifKeyMatches(PASSWORD);
    }
}
