package io.rustcdc.test;

import io.rustcdc.deadletter.MemoryDeadLetterStore;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.spring.CdcEngines;
import io.rustcdc.spring.CheckpointStoreFactory;
import io.rustcdc.spring.DeadLetterStoreFactory;
import io.rustcdc.spring.SourceConnectorFactory;
import io.rustcdc.spring.autoconfigure.CdcAutoConfiguration;
import io.rustcdc.transform.SkippedChanges;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/** Sources in memory, and what a test does with them. */
@AutoConfiguration(before = CdcAutoConfiguration.class)
public final class CdcTestAutoConfiguration {

    private static final int MAX_LETTERS = 10_000;

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

    /** What listeners park is there for {@code CdcEngine.deadLetters()}, wherever the application keeps it. */
    @Bean
    @Primary
    DeadLetterStoreFactory cdcTestDeadLetterStoreFactory() {
        return (source, format, checkpoints) -> new MemoryDeadLetterStore(MAX_LETTERS);
    }

    @Bean
    EngineObserver cdcTestObserver(TestSources sources) {
        return sources.observer();
    }

    /** In the place of the store that the application has, which is no part of the slice. */
    @Bean
    @ConditionalOnMissingBean
    SkippedChanges cdcTestSkippedChanges(TestSources sources) {
        return (source, event, transform, cause) ->
                sources.of(source).progress().skipped(event);
    }

    @Bean
    CdcTester cdcTester(TestSources sources, CdcEngines engines) {
        return new CdcTester(sources, engines);
    }
}
