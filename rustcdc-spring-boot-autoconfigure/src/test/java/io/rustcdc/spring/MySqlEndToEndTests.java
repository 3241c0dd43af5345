package io.rustcdc.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.source.mysql.Flavor;
import io.rustcdc.spring.actuate.CdcEndpoint;
import io.rustcdc.spring.app.MySqlShop;
import io.rustcdc.spring.autoconfigure.CdcAutoConfiguration;
import io.rustcdc.spring.autoconfigure.CdcEndpointAutoConfiguration;
import io.rustcdc.spring.autoconfigure.CdcHealthContributorAutoConfiguration;
import io.rustcdc.spring.autoconfigure.CdcMetricsAutoConfiguration;
import io.rustcdc.spring.metrics.CdcMetrics;
import io.rustcdc.test.databases.MySqlDatabase;
import io.rustcdc.test.databases.MySqlServer;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;

/** From a committed row to a typed call, on real servers of both kinds. */
class MySqlEndToEndTests {

    @Nested
    class OnMySql extends OnAServer {

        OnMySql() {
            super(Flavor.MYSQL);
        }
    }

    @Nested
    class OnMariaDb extends OnAServer {

        OnMariaDb() {
            super(Flavor.MARIADB);
        }
    }

    abstract static class OnAServer {

        private final Flavor flavor;

        @TempDir
        Path directory;

        private MySqlDatabase database;
        private ApplicationContextRunner runner;

        OnAServer(Flavor flavor) {
            this.flavor = flavor;
        }

        @BeforeEach
        void createDatabase() {
            database = MySqlServer.shared(flavor).createDatabase();
            database.sql(MySqlShop.SCHEMA);
            runner = new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(CdcAutoConfiguration.class))
                    .withUserConfiguration(OrderListener.class)
                    .withPropertyValues(MySqlShop.properties(database, directory));
        }

        @AfterEach
        void dropDatabase() {
            database.close();
        }

        @Test
        void committedRowsArriveAsTypedCalls() {
            runner.run(context -> {
                awaitAllRead(context);
                MySqlShop.insert(database, 1, "Ada");
                database.sql(
                        "SET time_zone = '+05:30'; UPDATE orders SET status = 'PAID', gift = 0, collected_at = NULL, paid_at = '2026-01-02 08:34:05.000006'",
                        "DELETE FROM orders");

                List<ChangeEvent<MySqlShop.Order>> changes = context.getBean(OrderListener.class).changes;
                await().until(() -> changes.size() == 3);
                assertThat(changes)
                        .extracting(ChangeEvent::operation)
                        .containsExactly(Operation.INSERT, Operation.UPDATE, Operation.DELETE);
                assertThat(changes.get(0).table()).hasToString(database.name() + ".orders");
                MySqlShop.Order inserted = new MySqlShop.Order(
                        BigInteger.ONE,
                        "Ada",
                        new BigDecimal("12.50"),
                        MySqlShop.Status.NEW,
                        true,
                        LocalTime.parse("23:59:59.999"),
                        LocalDateTime.parse("2026-01-02T03:04:05"),
                        null);
                assertThat(changes.get(0).after()).isEqualTo(inserted);
                assertThat(changes.get(1).before())
                        .as("whole rows, not keys alone")
                        .isEqualTo(inserted);
                assertThat(changes.get(1).after().status()).isEqualTo(MySqlShop.Status.PAID);
                assertThat(changes.get(1).after().gift()).isFalse();
                assertThat(changes.get(1).after().paidAt()).isEqualTo("2026-01-02T03:04:05.000006Z");
                assertThat(changes.get(2).before()).isEqualTo(changes.get(1).after());
            });
        }

        @Test
        void aRestartContinuesWhereTheLastRunEnded() {
            runner.run(context -> {
                awaitAllRead(context);
                MySqlShop.insert(database, 1, "Ada");
                await().until(() -> context.getBean(OrderListener.class).changes.size() == 1);
            });
            MySqlShop.insert(database, 2, "Bob");
            runner.run(context -> {
                List<ChangeEvent<MySqlShop.Order>> changes = context.getBean(OrderListener.class).changes;
                await().until(() -> !changes.isEmpty());
                MySqlShop.insert(database, 3, "Cy");
                await().until(() -> changes.size() == 2);
                assertThat(changes)
                        .extracting(change -> change.after().id().intValue())
                        .containsExactly(2, 3);
            });
        }

        @Test
        void theConnectionMayBeThatOfTheDataSource() {
            new ApplicationContextRunner()
                    .withConfiguration(
                            AutoConfigurations.of(DataSourceAutoConfiguration.class, CdcAutoConfiguration.class))
                    .withUserConfiguration(OrderListener.class)
                    .withPropertyValues(
                            "spring.datasource.url=" + database.jdbcUrl() + "?sslMode=disable",
                            "spring.datasource.username=root",
                            "spring.datasource.password=",
                            "rustcdc." + flavor.type() + ".shop.server-id=184052",
                            "rustcdc.checkpoint.directory=" + directory)
                    .run(context -> {
                        awaitAllRead(context);
                        MySqlShop.insert(database, 1, "Ada");
                        await().until(() ->
                                context.getBean(OrderListener.class).changes.size() == 1);
                    });
        }

        @Test
        void operatorsSeeWhatKindOfSourceItIs() {
            runner.withConfiguration(AutoConfigurations.of(
                            CdcEndpointAutoConfiguration.class,
                            CdcHealthContributorAutoConfiguration.class,
                            CdcMetricsAutoConfiguration.class))
                    .withBean(SimpleMeterRegistry.class)
                    .withPropertyValues("management.endpoints.jmx.exposure.include=cdc", "spring.jmx.enabled=true")
                    .run(context -> {
                        awaitAllRead(context);
                        MySqlShop.insert(database, 1, "Ada");
                        await().until(() ->
                                context.getBean(OrderListener.class).changes.size() == 1);
                        SimpleMeterRegistry metrics = context.getBean(SimpleMeterRegistry.class);
                        context.getBean(CdcMetrics.class).bindTo(metrics);
                        await().untilAsserted(() -> assertThat(metrics.get("cdc.runtime.events.committed")
                                        .tags("source", "shop", "source_type", flavor.type())
                                        .functionCounter()
                                        .count())
                                .isPositive());
                        CompositeHealthContributor health =
                                context.getBean("cdcHealthContributor", CompositeHealthContributor.class);
                        assertThat(((HealthIndicator) health.getContributor("shop"))
                                        .health(true)
                                        .getStatus())
                                .isEqualTo(Status.UP);
                        assertThat(context.getBean(CdcEndpoint.class).source("shop"))
                                .hasFieldOrPropertyWithValue("type", flavor.type())
                                .hasFieldOrPropertyWithValue("state", "STREAMING");
                    });
        }
    }

    /** Until the rows that exist, of which there are none, have been read: what comes later is a change and no more. */
    private static void awaitAllRead(ApplicationContext context) {
        await().until(() -> {
            SnapshotState snapshots =
                    context.getBean(CdcEngines.class).get("shop").status().snapshots();
            return snapshots != null && snapshots.pending().isEmpty();
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class OrderListener {

        final List<ChangeEvent<MySqlShop.Order>> changes = new CopyOnWriteArrayList<>();

        @CdcListener(tables = "orders")
        void onOrder(ChangeEvent<MySqlShop.Order> change) {
            changes.add(change);
        }
    }
}
