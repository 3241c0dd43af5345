package io.rustcdc.test;

import io.rustcdc.observe.EngineObserver;
import io.rustcdc.spring.CdcEngines;
import io.rustcdc.spring.CheckpointStoreFactory;
import io.rustcdc.spring.SourceConnectorFactory;
import io.rustcdc.spring.autoconfigure.CdcAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/** Sources in memory, and what a test does with them. */
@AutoConfiguration(before = CdcAutoConfiguration.class)
public final class CdcTestAutoConfiguration {

    @Bean
    TestSources cdcTestSources() {
        return new TestSources();
    }

    @Bean
    @Primary
    SourceConnectorFactory cdcTestSourceConnectorFactory(TestSources sources) {
        return (source, tables) -> sources.of(source).capturing(tables);
    }

    @Bean
    @Primary
    CheckpointStoreFactory cdcTestCheckpointStoreFactory(TestSources sources) {
        return (source, format) -> sources.of(source).store();
    }

    @Bean
    EngineObserver cdcTestObserver(TestSources sources) {
        return sources.observer();
    }

    @Bean
    CdcTester cdcTester(TestSources sources, CdcEngines engines) {
        return new CdcTester(sources, engines);
    }
}
