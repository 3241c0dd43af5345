package io.rustcdc.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.MemoryCheckpointStore;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Row;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.EngineState;
import io.rustcdc.spring.CdcEngines;
import io.rustcdc.spring.CdcListener;
import io.rustcdc.spring.CheckpointStoreFactory;
import io.rustcdc.test.databases.FreePorts;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Without a database: the host is down, which is no reason not to start. */
class CdcAutoConfigurationTests {

    @TempDir
    Path directory;

    private ApplicationContextRunner runner;

    @BeforeEach
    void configure() {
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(CdcAutoConfiguration.class))
                .withPropertyValues("rustcdc.checkpoint.directory=" + directory);
    }

    @Test
    void doesNothingWithoutSourcesAndListeners() {
        runner.run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBean(CdcEngines.class).names()).isEmpty();
        });
    }

    @Test
    void backsOffWhenDisabledWhateverTheListeners() {
        withSource("shop")
                .withUserConfiguration(Listener.class)
                .withPropertyValues("rustcdc.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(CdcEngines.class));
    }

    @Test
    void aHostThatIsDownDoesNotKeepTheApplicationFromStarting() {
        withSource("shop").withUserConfiguration(Listener.class).run(context -> {
            CdcEngine engine = context.getBean(CdcEngines.class).get("shop");
            assertThat(engine.status().state()).isEqualTo(EngineState.RECONNECTING);
            assertThat(engine.source()).isEqualTo(new EventSource("shop", "postgres"));
        });
    }

    @Test
    void enginesStopWithTheContext() {
        CdcEngine[] engine = new CdcEngine[1];
        withSource("shop")
                .withUserConfiguration(Listener.class)
                .run(context -> engine[0] = context.getBean(CdcEngines.class).get("shop"));
        assertThat(engine[0].status().state()).isEqualTo(EngineState.STOPPED);
    }

    @Test
    void anUnknownSourceIsNotFoundByName() {
        withSource("shop")
                .withUserConfiguration(Listener.class)
                .run(context -> assertThatIllegalArgumentException()
                        .isThrownBy(() -> context.getBean(CdcEngines.class).get("other"))
                        .withMessage("There is no source 'other'; the sources are [shop]"));
    }

    @Test
    void startsUnderLazyInitialization() {
        withSource("shop")
                .withUserConfiguration(Listener.class)
                .withPropertyValues("spring.main.lazy-initialization=true")
                .withInitializer(context ->
                        context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
                .run(context -> assertThat(context.getBean(CdcEngines.class)
                                .get("shop")
                                .status()
                                .state())
                        .isEqualTo(EngineState.RECONNECTING));
    }

    @Test
    void startsAgainAfterTheContextWasStopped() {
        withSource("shop").withUserConfiguration(Listener.class).run(context -> {
            CdcEngine engine = context.getBean(CdcEngines.class).get("shop");
            context.getSourceApplicationContext().stop();
            assertThat(engine.status().state()).isEqualTo(EngineState.STOPPED);
            context.getSourceApplicationContext().start();
            assertThat(engine.status().state()).isEqualTo(EngineState.RECONNECTING);
        });
    }

    @Test
    void aSourceMayTakeEverythingByDefault() {
        runner.withUserConfiguration(Listener.class)
                .withPropertyValues("rustcdc.postgres.shop=", "rustcdc.defaults.max-events-per-poll=7")
                .withBean(JdbcConnectionDetails.class, () -> new JdbcConnectionDetails() {

                    @Override
                    public String getUsername() {
                        return "app";
                    }

                    @Override
                    public String getPassword() {
                        return "s3cret";
                    }

                    @Override
                    public String getJdbcUrl() {
                        return "jdbc:postgresql://127.0.0.1:" + FreePorts.next() + "/shop";
                    }
                })
                .run(context -> {
                    assertThat(context.getBean(CdcEngines.class)
                                    .get("shop")
                                    .status()
                                    .state())
                            .isEqualTo(EngineState.RECONNECTING);
                    assertThat(context.getBean(CdcProperties.class)
                                    .getPostgres()
                                    .get("shop")
                                    .getMaxEventsPerPoll())
                            .isEqualTo(7);
                });
    }

    @Nested
    @ExtendWith(OutputCaptureExtension.class)
    class Replaceable {

        @Test
        void checkpointsMayBeKeptElsewhere(CapturedOutput output) {
            withSource("shop")
                    .withUserConfiguration(Listener.class, MemoryStores.class)
                    .run(context -> assertThat(context.getBean(MemoryStores.class).sources)
                            .containsExactly(new EventSource("shop", "postgres")));
            assertThat(directory).isEmptyDirectory();
        }

        @Test
        void observersOfTheApplicationAreTold() {
            withSource("shop")
                    .withUserConfiguration(Listener.class, Observer.class)
                    .run(context -> assertThat(context.getBean(Observer.class).states)
                            .contains(EngineState.STARTING, EngineState.RECONNECTING));
        }
    }

    @Nested
    class BadInput {

        @Test
        void aListenerWithoutAnySource() {
            runner.withUserConfiguration(Listener.class)
                    .run(context -> Refusal.of(context)
                            .says("Listener.on(ChangeEvent)", "no source is configured")
                            .advises("rustcdc:", "postgres:", "mysql", "mariadb"));
        }

        @Test
        void aListenerForASourceThatDoesNotExist() {
            withSource("shop")
                    .withUserConfiguration(ShopListener.class, StockListener.class)
                    .run(context -> Refusal.of(context)
                            .says(
                                    "StockListener.on(ChangeEvent)",
                                    "source 'stock', which does not exist; configured: shop"));
        }

        @Test
        void aListenerThatDoesNotSayWhichOfTwoSources() {
            withSource("shop", "stock")
                    .withUserConfiguration(Listener.class)
                    .run(context -> Refusal.of(context)
                            .says("does not say which source", "shop, stock")
                            .advises("@CdcListener(source = "));
        }

        @Test
        void twoSourcesWithOneName() {
            withSource("my-shop", "myShop")
                    .withUserConfiguration(Listener.class)
                    .run(context -> Refusal.of(context)
                            .says("Two sources have one name", "rustcdc.postgres.my-shop", "rustcdc.postgres.myShop"));
        }

        @Test
        void aSourceThatNobodyListensTo() {
            withSource("shop")
                    .run(context -> Refusal.of(context)
                            .says("Nothing listens to source 'shop'")
                            .advises("@CdcListener", "rustcdc.events.enabled=true"));
        }

        @Test
        void aListenerForATableThatIsNotCaptured() {
            withSource("shop")
                    .withUserConfiguration(ShopListener.class)
                    .withPropertyValues("rustcdc.postgres.shop.tables=public.customers, sales.*")
                    .run(context -> Refusal.of(context)
                            .says("'public.orders'", "tables: public.customers, sales.*")
                            .advises("rustcdc.postgres.shop.tables"));
        }

        @Test
        void anUnknownSettingIsNamedAndNotShown() {
            withSource("shop")
                    .withUserConfiguration(Listener.class)
                    .withPropertyValues("rustcdc.postgres.shop.pasword=s3cret", "rustcdc.postgres.shop.queue.size=1")
                    .run(context -> Refusal.of(context)
                            .says("rustcdc.postgres.shop.pasword", "rustcdc.postgres.shop.queue.size")
                            .advises("Below rustcdc.postgres.shop there are: conn-timeout, ", ", password, ")
                            .advises("Below rustcdc.postgres.shop.queue there are: max-bytes, max-events.")
                            .hides("s3cret"));
        }

        @Test
        void aSettingOfALaterVersionIsUnknown() {
            withSource("shop")
                    .withUserConfiguration(Listener.class)
                    .withPropertyValues("rustcdc.checkpoint.mirror=s3")
                    .run(context -> Refusal.of(context)
                            .says("rustcdc.checkpoint.mirror")
                            .advises("Below rustcdc.checkpoint there are: directory, jdbc, store."));
        }

        @Test
        void anOldNameIsAnsweredWithTheNewOne() {
            withSource("shop")
                    .withUserConfiguration(Listener.class)
                    .withPropertyValues(
                            "rustcdc.postgres.shop.conn_timeout_secs=30",
                            "rustcdc.defaults.stream-poll-interval-ms=250",
                            "rustcdc.postgres.shop.username=me")
                    .run(context -> Refusal.of(context)
                            .advises("rustcdc.postgres.shop.conn-timeout (a bare number is in seconds)")
                            .advises("rustcdc.defaults.stream-poll-interval (a bare number is in milliseconds)")
                            .advises("rustcdc.postgres.shop.user instead of rustcdc.postgres.shop.username"));
        }

        @Test
        void aValueOutOfItsRange() {
            withSource("shop")
                    .withUserConfiguration(Listener.class)
                    .withPropertyValues("rustcdc.defaults.max-events-per-poll=0")
                    .run(context -> Refusal.of(context)
                            .says("rustcdc.postgres.shop", "'max-events-per-poll' must be 1 to 100000, found 0"));
        }

        @Test
        void aSourceWithoutAConnection() {
            runner.withUserConfiguration(Listener.class)
                    .withPropertyValues("rustcdc.postgres.shop.tables=public.orders")
                    .run(context -> Refusal.of(context)
                            .says("Source 'shop' does not say which database")
                            .advises("host: localhost"));
        }

        @Test
        void aSourceWithoutAnySettingIsNamed() {
            runner.withUserConfiguration(Listener.class)
                    .withPropertyValues("rustcdc.postgres.shop=")
                    .run(context -> Refusal.of(context).says("Source 'shop' does not say which database"));
        }

        @Test
        void eventsOfNoTable() {
            withSource("shop")
                    .withPropertyValues("rustcdc.events.enabled=true")
                    .run(context -> Refusal.of(context)
                            .says("not known which tables of source 'shop'", "@CdcTable")
                            .advises("rustcdc.postgres.shop.tables"));
        }

        @Test
        void aMySqlSourceWithoutAServerId() {
            runner.withUserConfiguration(Listener.class)
                    .withPropertyValues("rustcdc.mysql.shop.host=127.0.0.1", "rustcdc.mysql.shop.user=cdc_user")
                    .run(context -> Refusal.of(context)
                            .says("Source 'shop' has no server-id")
                            .advises("mysql:", "shop:", "server-id: "));
        }

        @Test
        void aMariaDbSourceWithoutAnySettingIsNamed() {
            runner.withUserConfiguration(Listener.class)
                    .withPropertyValues("rustcdc.mariadb.shop=")
                    .run(context -> Refusal.of(context)
                            .says("Source 'shop' does not say which database", "MariaDB")
                            .advises("mariadb:"));
        }

        @Test
        void aSettingOfAnotherDatabaseOrOfAnOldName() {
            runner.withUserConfiguration(Listener.class)
                    .withPropertyValues(
                            "rustcdc.mysql.shop.replication-slot-name=shop",
                            "rustcdc.mysql.shop.conn_timeout_secs=30",
                            "rustcdc.mariadb.stock.gtid-mode=true")
                    .run(context -> Refusal.of(context)
                            .says("rustcdc.mysql.shop.replication-slot-name")
                            .advises("Below rustcdc.mysql.shop there are: allow-public-key-retrieval, ", "server-id")
                            .advises("rustcdc.mysql.shop.conn-timeout (a bare number is in seconds)")
                            .advises("rustcdc.mariadb.stock.gtid-mode-enabled instead of"));
        }

        @Test
        void aMissingDriverOfMySql() {
            runner.withUserConfiguration(Listener.class)
                    .withPropertyValues("rustcdc.mysql.shop.host=127.0.0.1", "rustcdc.mysql.shop.user=cdc_user")
                    .withClassLoader(new FilteredClassLoader("org.mariadb"))
                    .run(context -> Refusal.of(context)
                            .says("Source 'shop' needs MariaDB Connector/J, for MySQL too")
                            .advises("org.mariadb.jdbc:mariadb-java-client"));
        }

        @Test
        void aMissingDriver() {
            withSource("shop")
                    .withUserConfiguration(Listener.class)
                    .withClassLoader(new FilteredClassLoader("org.postgresql"))
                    .run(context -> Refusal.of(context)
                            .says("Source 'shop' needs the PostgreSQL driver")
                            .advises("org.postgresql:postgresql"));
        }
    }

    private ApplicationContextRunner withSource(String... names) {
        ApplicationContextRunner configured = runner;
        for (String name : names) {
            configured = configured.withPropertyValues(
                    "rustcdc.postgres." + name + ".host=127.0.0.1",
                    "rustcdc.postgres." + name + ".port=" + FreePorts.next(),
                    "rustcdc.postgres." + name + ".database=shop",
                    "rustcdc.postgres." + name + ".user=cdc_user");
        }
        return configured;
    }

    @Configuration(proxyBeanMethods = false)
    static class Listener {

        @CdcListener
        void on(ChangeEvent<Row> event) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class ShopListener {

        @CdcListener(source = "shop", tables = "public.orders")
        void on(ChangeEvent<Row> event) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class StockListener {

        @CdcListener(source = "stock")
        void on(ChangeEvent<Row> event) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class MemoryStores {

        private final List<EventSource> sources = new CopyOnWriteArrayList<>();

        @Bean
        CheckpointStoreFactory memory() {
            return (source, format) -> {
                sources.add(source);
                return new MemoryCheckpointStore();
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Observer implements EngineObserver {

        private final List<EngineState> states = new CopyOnWriteArrayList<>();

        @Override
        public void stateChanged(EventSource source, EngineState from, EngineState to) {
            states.add(to);
        }
    }
}
