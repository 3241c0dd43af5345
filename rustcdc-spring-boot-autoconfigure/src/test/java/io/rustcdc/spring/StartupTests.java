package io.rustcdc.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Row;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.EngineState;
import io.rustcdc.observe.HealthVerdict;
import io.rustcdc.source.Credentials;
import io.rustcdc.spring.app.Order;
import io.rustcdc.spring.app.Shop;
import io.rustcdc.spring.app.typed.Customer;
import io.rustcdc.spring.autoconfigure.CdcAutoConfiguration;
import io.rustcdc.spring.autoconfigure.Refusal;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** What happens between the start of the context and the first change, on a real server that asks for passwords. */
class StartupTests {

    private static PostgresServer server;

    @TempDir
    Path directory;

    private PostgresDatabase database;
    private ApplicationContextRunner runner;

    @BeforeAll
    static void startServer() {
        server = PostgresServer.builder().start();
        server.accessRules(
                "host all all 127.0.0.1/32 scram-sha-256", "host replication all 127.0.0.1/32 scram-sha-256");
        server.createRole("cdc_user", "right", "LOGIN REPLICATION");
        server.createRole("weak_user", "right", "LOGIN");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void createDatabase() {
        database = server.createDatabase();
        database.sql(Shop.SCHEMA);
        database.sql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO cdc_user, weak_user");
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(CdcAutoConfiguration.class))
                .withUserConfiguration(OrderListener.class)
                .withPropertyValues(Shop.properties(database, directory));
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void aWrongPasswordFailsTheContextWithoutShowingIt() {
        runner.withPropertyValues("rustcdc.postgres.shop.user=cdc_user", "rustcdc.postgres.shop.password=wrong-s3cret")
                .run(context -> Refusal.of(context).says("cdc_user").hides("wrong-s3cret"));
        assertNothingIsLeft();
    }

    @Test
    void aRoleWithoutReplicationFailsTheContextWithTheStatementThatMendsIt() {
        runner.withPropertyValues("rustcdc.postgres.shop.user=weak_user", "rustcdc.postgres.shop.password=right")
                .run(context -> Refusal.of(context).says("weak_user").advises("ALTER ROLE"));
        assertNothingIsLeft();
    }

    @Test
    void aMissingPublicationThatMayNotBeCreatedFailsTheContextWithTheStatementThatCreatesIt() {
        runner.withPropertyValues("rustcdc.postgres.shop.user=cdc_user", "rustcdc.postgres.shop.password=right")
                .run(context -> Refusal.of(context).says("shop_cdc").advises("CREATE PUBLICATION", "orders"));
        assertNothingIsLeft();
    }

    @Test
    void oneSourceThatCannotStartStopsTheOthers() {
        runner.withUserConfiguration(BothSources.class)
                .withPropertyValues(
                        "rustcdc.postgres.stock.host=127.0.0.1",
                        "rustcdc.postgres.stock.port=" + server.port(),
                        "rustcdc.postgres.stock.database=" + database.name(),
                        "rustcdc.postgres.stock.user=cdc_user",
                        "rustcdc.postgres.stock.password=wrong",
                        "rustcdc.postgres.stock.tables=public.customers")
                .run(context -> Refusal.of(context).says("cdc_user"));

        assertThat(BothSources.states)
                .containsSubsequence("shop SNAPSHOTTING", "stock FAILED", "shop STOPPED")
                .last()
                .isEqualTo("shop STOPPED");
        await().until(() -> database.query(
                        "SELECT 1 FROM pg_replication_slots WHERE active AND database = '" + database.name() + "'")
                .isEmpty());
    }

    @Test
    void aLeaseHeldByAnotherEngineFailsTheContext() {
        runner.run(context -> {
            assertThat(context).hasNotFailed();
            runner.run(second -> Refusal.of(second).says("checkpoint owner lease conflict for '" + directory));
        });
    }

    @Test
    void aDamagedCheckpointLeavesTheApplicationRunningAndTheSourceFailed() throws IOException {
        Path checkpoint = Files.createDirectories(directory.resolve("shop")).resolve("checkpoint_postgres.json");
        Files.writeString(checkpoint, "{\"checkpoint_format_version\": 1, ");

        runner.run(context -> {
            assertThat(context).hasNotFailed();
            HealthVerdict health =
                    context.getBean(CdcEngines.class).get("shop").status().health();
            assertThat(health.status()).isEqualTo(HealthVerdict.Status.FAILED);
            assertThat(health.reason()).contains("checkpoint_postgres.json");
        });
        assertThat(checkpoint).content().isEqualTo("{\"checkpoint_format_version\": 1, ");
        assertNothingIsLeft();
    }

    @Test
    void credentialsMayComeFromABean() {
        database.sql("GRANT CREATE ON DATABASE " + database.name() + " TO cdc_user");
        database.sql("CREATE PUBLICATION shop_cdc FOR TABLE orders");
        runner.withBean("shop", Credentials.Provider.class, () -> () -> new Credentials("cdc_user", "right"))
                .run(context -> assertReceives(context.getBean(OrderListener.class)));
    }

    @Test
    void theDataSourceOfTheApplicationIsTheDefault() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, CdcAutoConfiguration.class))
                .withUserConfiguration(OrderListener.class)
                .withPropertyValues(
                        "spring.datasource.url=" + database.jdbcUrl(),
                        "spring.datasource.username=postgres",
                        "rustcdc.postgres.shop.tables=public.orders",
                        "rustcdc.postgres.shop.replication-slot-name=" + database.name(),
                        "rustcdc.checkpoint.directory=" + directory)
                .run(context -> assertReceives(context.getBean(OrderListener.class)));
    }

    @Test
    void aTransactionalListenerRunsInItsTransaction() {
        database.sql("CREATE TABLE copies (id bigint PRIMARY KEY)");
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        DataSourceAutoConfiguration.class,
                        DataSourceTransactionManagerAutoConfiguration.class,
                        TransactionAutoConfiguration.class,
                        JdbcTemplateAutoConfiguration.class,
                        CdcAutoConfiguration.class))
                .withBean(CopyingListener.class)
                .withPropertyValues(Shop.properties(database, directory))
                .withPropertyValues(
                        "spring.datasource.url=" + database.jdbcUrl(), "spring.datasource.username=postgres")
                .run(context -> {
                    Shop.insert(database, 1, "Ada");
                    await().until(() -> "1".equals(database.value("SELECT count(*) FROM copies")));
                    assertThat(context.getBean(CopyingListener.class).getClass())
                            .isNotEqualTo(CopyingListener.class);
                });
    }

    @Test
    void changesArriveAsEventsOfTheTypesOfTheirTables() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(CdcAutoConfiguration.class))
                .withInitializer(context -> AutoConfigurationPackages.register(
                        (BeanDefinitionRegistry) context, "io.rustcdc.spring.app.typed"))
                .withUserConfiguration(EventsListener.class)
                .withPropertyValues(Shop.properties(database, directory))
                .withPropertyValues("rustcdc.events.enabled=true")
                .run(context -> {
                    assertThat(database.query("SELECT tablename FROM pg_publication_tables WHERE pubname = 'shop_cdc'"))
                            .as("the tables of the types")
                            .containsExactly(List.of("customers"));
                    database.sql("INSERT INTO customers VALUES (1, 'Ada')");
                    List<String> customers = context.getBean(EventsListener.class).customers;
                    await().until(() -> !customers.isEmpty());
                    assertThat(customers).containsExactly("Ada");
                });
    }

    private void assertReceives(OrderListener listener) {
        Shop.insert(database, 1, "Ada");
        await().until(() -> listener.orders.contains(1L));
    }

    /** A start that failed has created nothing that would keep the server's log from being removed. */
    private void assertNothingIsLeft() {
        assertThat(database.query(
                        "SELECT slot_name FROM pg_replication_slots WHERE database = '" + database.name() + "'"))
                .isEmpty();
    }

    @Configuration(proxyBeanMethods = false)
    static class OrderListener {

        private final List<Long> orders = new CopyOnWriteArrayList<>();

        @CdcListener(source = "shop", tables = "public.orders")
        void on(ChangeEvent<Order> change) {
            orders.add(change.after().id());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class BothSources implements EngineObserver {

        private static final List<String> states = new CopyOnWriteArrayList<>();

        @CdcListener(source = "stock")
        void on(ChangeEvent<Row> change) {}

        @Override
        public void stateChanged(EventSource source, EngineState from, EngineState to) {
            states.add(source.name() + " " + to);
        }
    }

    static class CopyingListener {

        private final JdbcTemplate jdbc;

        CopyingListener(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @Transactional
        @CdcListener(tables = "public.orders")
        void on(ChangeEvent<Order> change) {
            if (!TransactionSynchronizationManager.isActualTransactionActive()) {
                throw new IllegalStateException("no transaction");
            }
            jdbc.update("INSERT INTO copies VALUES (?)", change.after().id());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class EventsListener {

        private final List<String> customers = new CopyOnWriteArrayList<>();

        @EventListener
        void on(RowChanged<Customer> changed) {
            customers.add(changed.after().name());
        }
    }
}
