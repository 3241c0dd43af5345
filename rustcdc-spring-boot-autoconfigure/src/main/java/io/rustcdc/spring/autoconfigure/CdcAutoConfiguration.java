package io.rustcdc.spring.autoconfigure;

import io.rustcdc.checkpoint.FileCheckpointStore;
import io.rustcdc.event.EventSource;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.LoggingObserver;
import io.rustcdc.source.mysql.Flavor;
import io.rustcdc.source.sqlserver.SqlServerConnections;
import io.rustcdc.source.sqlserver.SqlServerOptions;
import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.CdcEngineCustomizer;
import io.rustcdc.spring.CdcEngines;
import io.rustcdc.spring.CheckpointStoreFactory;
import io.rustcdc.spring.DeadLetterStoreFactory;
import io.rustcdc.spring.SourceConnectorFactory;
import io.rustcdc.spring.event.SourceEventPublisher;
import io.rustcdc.spring.listener.ListenerDecorator;
import io.rustcdc.spring.listener.ListenerScanner;
import io.rustcdc.spring.mapping.RowMappers;
import io.rustcdc.spring.outbox.Outboxes;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.ConfigurationPropertiesBindHandlerAdvisor;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.convert.ConversionService;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.PlatformTransactionManager;
import tools.jackson.databind.json.JsonMapper;

/**
 * Captures the changes of the configured sources and hands them to the application's listeners.
 *
 * @see io.rustcdc.spring.CdcListener
 */
@AutoConfiguration(afterName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
@ConditionalOnBooleanProperty(name = "rustcdc.enabled", matchIfMissing = true)
@EnableConfigurationProperties(CdcProperties.class)
public final class CdcAutoConfiguration {

    private static final String DOCTOR = "rustcdc.doctor";

    private static final Logger logger = LoggerFactory.getLogger(CdcAutoConfiguration.class);

    @Bean
    static LazyInitializationExcludeFilter cdcLazyInitializationExcludeFilter() {
        return LazyInitializationExcludeFilter.forBeanTypes(SourceEngines.class, EngineLifecycle.class);
    }

    @Bean
    static ConfigurationPropertiesBindHandlerAdvisor cdcEmptySourceBindHandlerAdvisor() {
        return EmptySourceBindHandler::new;
    }

    @Bean
    ConfiguredSources cdcSources(CdcProperties properties, Environment environment) {
        return ConfiguredSources.of(properties, environment);
    }

    @Bean
    @ConditionalOnMissingBean
    CheckpointStoreFactory cdcCheckpointStoreFactory(CdcProperties properties) {
        if (properties.getCheckpoint().getStore() == CdcProperties.Checkpoint.Store.JDBC) {
            throw new CdcConfigurationException(
                    "rustcdc.checkpoint.store is jdbc, but there is no data source to keep checkpoints in",
                    "Add org.springframework.boot:spring-boot-starter-jdbc and configure spring.datasource, or set rustcdc.checkpoint.store to file.");
        }
        Path directory = Path.of(properties.getCheckpoint().getDirectory());
        return (source, format) -> {
            FileCheckpointStore store = new FileCheckpointStore(directory, source, format);
            logger.info("The checkpoint of source '{}' is kept in {}", source.name(), store.location());
            return store;
        };
    }

    @Bean
    SourceStores cdcSourceStores(
            CheckpointStoreFactory checkpoints,
            ObjectProvider<DeadLetterStoreFactory> deadLetters,
            CdcProperties properties) {
        DeadLetterStoreFactory factory = deadLetters.getIfUnique();
        if (factory == null && properties.getDeadLetters().getStore() == DeadLetterProperties.Store.JDBC) {
            throw new CdcConfigurationException(
                    "rustcdc.dead-letters.store is jdbc, but there is no data source to keep dead letters in",
                    "Add org.springframework.boot:spring-boot-starter-jdbc and configure spring.datasource, or set rustcdc.dead-letters.store to none.");
        }
        return new SourceStores(checkpoints, factory);
    }

    @Bean
    OwnTables cdcOwnTables(CdcProperties properties) {
        return OwnTables.of(properties);
    }

    @Bean
    @ConditionalOnMissingBean
    LoggingObserver cdcLoggingObserver() {
        return new LoggingObserver();
    }

    @Bean
    SourceEventPublisher cdcSourceEventPublisher(ApplicationEventPublisher publisher) {
        return new SourceEventPublisher(publisher);
    }

    @Bean
    SourceEngines cdcEngines(
            ConfiguredSources sources,
            CdcProperties properties,
            ConfigurableApplicationContext context,
            EngineFactory factory,
            OutboxRemovals removals,
            ObjectProvider<ListenerDecorator> decorators) {
        ConversionService conversions = context.getBeanFactory().getConversionService();
        JsonMapper json = context.getBeanProvider(JsonMapper.class).getIfUnique(JsonMapper::shared);
        RowMappers mappers = new RowMappers(
                conversions == null ? ApplicationConversionService.getSharedInstance() : conversions, json);
        RowEvents rowEvents = new RowEvents(properties.getEvents().isEnabled(), context, mappers);
        ListenerScanner scanner = new ListenerScanner(
                context.getBeanFactory(),
                mappers,
                new Outboxes(json, new ListenerSources(sources)),
                decorators.orderedStream().toList());
        Subscriptions subscriptions =
                new Subscriptions(new FailurePolicies(context.getClassLoader()), rowEvents, removals);
        return new SourceEngines(sources, scanner, rowEvents, subscriptions, factory);
    }

    @Bean
    OutboxRemovals cdcOutboxRemovals(
            ConfiguredSources sources, CdcProperties properties, ConfigurableListableBeanFactory beanFactory) {
        return new OutboxRemovals(sources, new OutboxDataSources(properties, beanFactory));
    }

    @Bean
    EngineFactory cdcEngineFactory(
            ConfiguredSources sources,
            ObjectProvider<ConnectionDefaults> defaults,
            ObjectProvider<SslBundles> bundles,
            ConfigurableApplicationContext context,
            SourceStores stores,
            ObjectProvider<DeliveryTransactions> transactions,
            OwnTables ownTables,
            ObjectProvider<EngineObserver> observers,
            ObjectProvider<CdcEngineCustomizer> customizers) {
        ConfigurableListableBeanFactory beanFactory = context.getBeanFactory();
        SourceConnections connections = new SourceConnections(
                defaults.getIfAvailable(() -> prefixes -> null),
                new SourceCredentials(beanFactory, context.getEnvironment()),
                () -> bundles.getIfAvailable(DefaultSslBundleRegistry::new));
        ClassLoader classLoader = beanFactory.getBeanClassLoader();
        Map<String, SourceFactory> factories = new LinkedHashMap<>();
        factories.put(PostgresSourceFactory.TYPE, new PostgresSourceFactory(connections, classLoader));
        for (Flavor flavor : Flavor.values()) {
            factories.put(flavor.type(), new MySqlSourceFactory(flavor, connections, classLoader));
        }
        factories.put(
                SqlServerOptions.TYPE,
                new SqlServerSourceFactory(
                        connections,
                        beanFactory.getBeanProvider(SqlServerConnections.class)::getIfUnique,
                        classLoader));
        SourceConnectorFactory replacement =
                beanFactory.getBeanProvider(SourceConnectorFactory.class).getIfUnique();
        if (replacement != null) {
            factories.replaceAll((type, factory) ->
                    (source, tables) -> replacement.create(new EventSource(source.name(), source.type()), tables));
        }
        return new EngineFactory(
                factories,
                stores,
                transactions.getIfAvailable(() -> DeliveryTransactions.NONE),
                ownTables,
                new EngineAdditions(
                        observers.orderedStream().toList(),
                        customizers.orderedStream().toList(),
                        new SourceTransforms(beanFactory, sources.names())));
    }

    @Bean
    @ConditionalOnProperty(name = DOCTOR, havingValue = "report")
    DoctorReport cdcDoctorReport(CdcEngines engines) {
        return new DoctorReport(engines, System.out, System::exit);
    }

    @Bean
    @ConditionalOnProperty(name = DOCTOR, havingValue = "off", matchIfMissing = true)
    EngineLifecycle cdcEngineLifecycle(SourceEngines engines, SourceEventPublisher events) {
        return new EngineLifecycle(engines, events);
    }

    /** The application's own connection as a default. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(JdbcConnectionDetails.class)
    static final class JdbcConnectionConfiguration {

        @Bean
        ConnectionDefaults cdcConnectionDefaults(ObjectProvider<JdbcConnectionDetails> details) {
            return new JdbcConnectionDefaults(details);
        }
    }

    /** The application's transactions to deliver in. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({PlatformTransactionManager.class, ConnectionHolder.class})
    static final class TransactionConfiguration {

        @Bean
        DeliveryTransactions cdcDeliveryTransactions(ConfigurableListableBeanFactory beanFactory) {
            return new ApplicationTransactions(beanFactory);
        }
    }
}
