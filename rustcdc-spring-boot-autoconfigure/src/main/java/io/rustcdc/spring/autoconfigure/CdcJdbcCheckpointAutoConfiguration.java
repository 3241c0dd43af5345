package io.rustcdc.spring.autoconfigure;

import io.rustcdc.checkpoint.jdbc.JdbcCheckpointStore;
import io.rustcdc.checkpoint.jdbc.JdbcCheckpoints;
import io.rustcdc.checkpoint.jdbc.JdbcDeadLetters;
import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.CheckpointStoreFactory;
import io.rustcdc.spring.DeadLetterStoreFactory;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.dependency.DatabaseInitializationDependencyConfigurer;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * Checkpoints and dead letters in a database of the application. The tables are there before a source starts: by Flyway where the application
 * uses it, else by scripts.
 */
@AutoConfiguration(
        before = CdcAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration"
        })
@ConditionalOnBooleanProperty(name = "rustcdc.enabled", matchIfMissing = true)
@ConditionalOnClass(DataSourceScriptDatabaseInitializer.class)
@ConditionalOnBean(DataSource.class)
@Conditional(OnJdbcStore.class)
@EnableConfigurationProperties(CdcProperties.class)
@Import(DatabaseInitializationDependencyConfigurer.class)
public final class CdcJdbcCheckpointAutoConfiguration {

    private static final Logger logger = LoggerFactory.getLogger(CdcJdbcCheckpointAutoConfiguration.class);

    @Bean
    CheckpointDataSource cdcCheckpointDataSource(CdcProperties properties, ListableBeanFactory beans) {
        return CheckpointDataSource.of(properties, beans);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(name = "rustcdc.checkpoint.store", havingValue = "jdbc")
    @ConditionalOnMissingBean(CheckpointStoreFactory.class)
    static final class CheckpointConfiguration {

        @Bean(destroyMethod = "close")
        @DependsOnDatabaseInitialization
        JdbcCheckpoints cdcJdbcCheckpoints(CheckpointDataSource place) {
            return new JdbcCheckpoints(place.dataSource(), new LeaseDataSource(place.dataSource()), place.options());
        }

        @Bean
        CheckpointStoreFactory cdcCheckpointStoreFactory(JdbcCheckpoints checkpoints) {
            return (source, format) -> {
                JdbcCheckpointStore store = checkpoints.store(source, format);
                logger.info("The checkpoint of source '{}' is kept in {}", source.name(), store.location());
                return store;
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(name = "rustcdc.dead-letters.store", havingValue = "jdbc")
    @ConditionalOnMissingBean(DeadLetterStoreFactory.class)
    static final class DeadLetterConfiguration {

        @Bean
        @DependsOnDatabaseInitialization
        DeadLetterStoreFactory cdcDeadLetterStoreFactory(CheckpointDataSource place, CdcProperties properties) {
            int maxLetters = properties.getDeadLetters().getMaxLetters();
            if (maxLetters < 1) {
                throw new CdcConfigurationException(
                        "rustcdc.dead-letters.max-letters is %d, but no source could keep any".formatted(maxLetters),
                        "Set it to 1 or more, or rustcdc.dead-letters.store to none.");
            }
            JdbcDeadLetters letters = new JdbcDeadLetters(place.dataSource(), place.options(), maxLetters);
            return letters::store;
        }
    }

    /** The application's own migrations run first, and are not touched. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.flywaydb.core.Flyway")
    @ConditionalOnBean(type = "org.flywaydb.core.Flyway")
    static final class FlywayConfiguration {

        @Bean
        @DependsOnDatabaseInitialization
        CheckpointMigration cdcCheckpointMigration(CheckpointDataSource place) {
            return new CheckpointMigration(place);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingBean(type = "org.flywaydb.core.Flyway")
    static final class ScriptConfiguration {

        @Bean
        CheckpointScripts cdcCheckpointScripts(CheckpointDataSource place) {
            return new CheckpointScripts(place);
        }
    }
}
