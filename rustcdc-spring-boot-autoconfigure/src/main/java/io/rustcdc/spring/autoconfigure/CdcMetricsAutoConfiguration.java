package io.rustcdc.spring.autoconfigure;

import io.micrometer.core.instrument.MeterRegistry;
import io.rustcdc.spring.CdcEngines;
import io.rustcdc.spring.metrics.CdcMetrics;
import io.rustcdc.spring.metrics.DeadLetterMetrics;
import io.rustcdc.spring.metrics.ErrorMetrics;
import io.rustcdc.spring.metrics.OutboxMetrics;
import io.rustcdc.spring.metrics.PollMetrics;
import io.rustcdc.spring.metrics.RetainedLogMetrics;
import io.rustcdc.spring.metrics.SnapshotMetrics;
import io.rustcdc.spring.metrics.TransformMetrics;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** The {@code cdc_runtime_*} metrics. */
@AutoConfiguration(
        after = CdcAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
        })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({CdcEngines.class, MeterRegistry.class})
public final class CdcMetricsAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    CdcMetrics cdcMetrics(ConfiguredSources sources, CdcEngines engines) {
        return new CdcMetrics(types(sources), engines);
    }

    @Bean
    @ConditionalOnMissingBean
    SnapshotMetrics cdcSnapshotMetrics(ConfiguredSources sources) {
        return new SnapshotMetrics(types(sources));
    }

    @Bean
    @ConditionalOnMissingBean
    ErrorMetrics cdcErrorMetrics(ConfiguredSources sources) {
        return new ErrorMetrics(types(sources));
    }

    @Bean
    @ConditionalOnMissingBean
    OutboxMetrics cdcOutboxMetrics(ConfiguredSources sources, OutboxRemovals removals) {
        return new OutboxMetrics(types(sources), removals.counts());
    }

    @Bean
    @ConditionalOnMissingBean
    TransformMetrics cdcTransformMetrics(ConfiguredSources sources) {
        return new TransformMetrics(types(sources));
    }

    @Bean
    @ConditionalOnMissingBean
    DeadLetterMetrics cdcDeadLetterMetrics() {
        return new DeadLetterMetrics();
    }

    private static Map<String, String> types(ConfiguredSources sources) {
        Map<String, String> types = new LinkedHashMap<>();
        sources.forEach(source -> types.put(source.name(), source.type()));
        return types;
    }

    @Bean
    @ConditionalOnMissingBean
    RetainedLogMetrics cdcRetainedLogMetrics() {
        return new RetainedLogMetrics();
    }

    @Bean
    @ConditionalOnMissingBean
    PollMetrics cdcPollMetrics() {
        return new PollMetrics();
    }
}
