package io.rustcdc.spring.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.source.mysql.Flavor;
import io.rustcdc.spring.OutboxEvent;
import io.rustcdc.spring.OutboxListener;
import io.rustcdc.spring.app.MySqlShop;
import io.rustcdc.spring.autoconfigure.CdcAutoConfiguration;
import io.rustcdc.test.databases.MySqlDatabase;
import io.rustcdc.test.databases.MySqlServer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

/** An outbox on a real MySQL, whose ids are bytes. */
class MySqlOutboxTests {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private MySqlDatabase database;

    @BeforeEach
    void createDatabase() {
        database = MySqlServer.shared(Flavor.MYSQL).createDatabase();
        database.sql("""
                CREATE TABLE outbox (id binary(16) PRIMARY KEY, aggregate_type varchar(50) NOT NULL, aggregate_id bigint NOT NULL,
                    type varchar(50) NOT NULL, payload json, created_at timestamp(3) NOT NULL)""");
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    record Placed(long total) {}

    @Configuration(proxyBeanMethods = false)
    static class Events {

        final List<OutboxEvent<Placed>> events = new CopyOnWriteArrayList<>();

        @OutboxListener
        void on(OutboxEvent<Placed> event) {
            events.add(event);
        }
    }

    @Test
    @DisplayName("Existing and new rows are events, and are deleted")
    void rowsAreEvents() {
        put(1, 5);
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, CdcAutoConfiguration.class))
                .withUserConfiguration(Events.class)
                .withPropertyValues(MySqlShop.properties(database, directory))
                .withPropertyValues(
                        "spring.datasource.url=" + database.jdbcUrl(),
                        "spring.datasource.username=root",
                        "rustcdc.mysql.shop.outbox.remove=true",
                        "rustcdc.mysql.shop.outbox.columns.timestamp=created_at")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    Events events = context.getBean(Events.class);
                    await().atMost(PATIENCE).until(() -> events.events.size() == 1);
                    put(2, 7);
                    await().atMost(PATIENCE).until(() -> events.events.size() == 2);
                    await().atMost(PATIENCE).until(() -> "0".equals(database.value("SELECT count(*) FROM outbox")));
                    OutboxEvent<Placed> first = events.events.get(0);
                    assertThat(events.events.get(1))
                            .isEqualTo(new OutboxEvent<>(
                                    events.events.get(1).id(),
                                    "order",
                                    "2",
                                    "Placed",
                                    new Placed(7),
                                    Map.of(),
                                    Instant.parse("2026-01-02T03:04:05.678Z")));
                    assertThat(first.id()).isNotEqualTo(events.events.get(1).id());
                });
    }

    private void put(long aggregate, long total) {
        database.sql(
                "SET time_zone = '+00:00'; INSERT INTO outbox VALUES (unhex(replace(uuid(), '-', '')), 'order', %d, 'Placed', '{\"total\": %d}', '2026-01-02 03:04:05.678')"
                        .formatted(aggregate, total));
    }
}
