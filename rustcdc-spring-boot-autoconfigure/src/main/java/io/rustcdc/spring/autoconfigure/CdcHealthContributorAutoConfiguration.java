package io.rustcdc.spring.autoconfigure;

import io.rustcdc.spring.CdcEngines;
import io.rustcdc.spring.actuate.SourceHealthIndicator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;

/** The health of each source, as {@code cdc/<source>}; not part of liveness or readiness. */
@AutoConfiguration(after = CdcAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnEnabledHealthIndicator.class)
@ConditionalOnBean(CdcEngines.class)
@ConditionalOnEnabledHealthIndicator("cdc")
public final class CdcHealthContributorAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(name = {"cdcHealthIndicator", "cdcHealthContributor"})
    HealthContributor cdcHealthContributor(CdcEngines engines) {
        Map<String, HealthContributor> sources = new LinkedHashMap<>();
        for (String name : engines.names()) {
            sources.put(
                    name,
                    new SourceHealthIndicator(
                            () -> engines.get(name).status(),
                            () -> engines.get(name).deadLetters()));
        }
        return CompositeHealthContributor.fromMap(sources);
    }
}
