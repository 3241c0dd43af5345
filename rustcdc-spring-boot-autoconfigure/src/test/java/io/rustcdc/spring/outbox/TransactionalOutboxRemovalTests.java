package io.rustcdc.spring.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.observe.EngineState;
import io.rustcdc.spring.CdcEngines;
import io.rustcdc.spring.OutboxEvent;
import io.rustcdc.spring.OutboxListener;
import io.rustcdc.spring.autoconfigure.Refusal;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/** Under transactional delivery a row goes in the transaction in which its event takes effect. */
class TransactionalOutboxRemovalTests {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final PostgresDatabase database = PostgresServer.shared().createDatabase();
    private ApplicationContextRunner runner;

    @BeforeEach
    void configure() {
        database.sql("""
                CREATE TABLE outbox (id bigint PRIMARY KEY, aggregatetype text NOT NULL DEFAULT 'order',
                    aggregateid text NOT NULL, type text NOT NULL DEFAULT 'E', payload text)""", "CREATE TABLE effects (n bigint NOT NULL)");
        runner = new ApplicationContextRunner()
                .withUserConfiguration(Application.class)
                .withPropertyValues(
                        "spring.main.web-application-type=none",
                        "spring.datasource.url=" + database.jdbcUrl(),
                        "spring.datasource.username=postgres",
                        "spring.datasource.hikari.maximum-pool-size=5",
                        "rustcdc.postgres.shop.host=" + database.server().host(),
                        "rustcdc.postgres.shop.port=" + database.server().port(),
                        "rustcdc.postgres.shop.database=" + database.name(),
                        "rustcdc.postgres.shop.user=postgres",
                        "rustcdc.postgres.shop.replication-slot-name=" + database.name(),
                        "spring.flyway.enabled=false",
                        "rustcdc.checkpoint.store=jdbc",
                        "rustcdc.checkpoint.jdbc.initialize-schema=always",
                        "rustcdc.defaults.delivery.retry.initial-delay=1ms",
                        "rustcdc.defaults.delivery.transactional=true",
                        "rustcdc.defaults.outbox.remove=true");
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Application {

        final AtomicBoolean broken = new AtomicBoolean(true);

        @Bean
        Effects effects(JdbcTemplate jdbc) {
            return new Effects(jdbc, broken);
        }
    }

    static class Effects {

        private final JdbcTemplate jdbc;
        private final AtomicBoolean broken;

        Effects(JdbcTemplate jdbc, AtomicBoolean broken) {
            this.jdbc = jdbc;
            this.broken = broken;
        }

        @OutboxListener(tables = "public.outbox")
        public void on(OutboxEvent<Long> event) {
            jdbc.update("INSERT INTO effects VALUES (?)", event.payload());
            if (broken.get() && event.payload() == 37) {
                throw new IllegalStateException("not now");
            }
        }
    }

    private void put(int from, int to) {
        database.sql("INSERT INTO outbox (id, aggregateid, payload) SELECT n, n %% 3, n FROM generate_series(%d, %d) n"
                .formatted(from, to));
    }

    /** In one look, which sees all of a transaction or nothing. */
    private List<?> rowsAndEffects() {
        return database.query("SELECT (SELECT count(*) FROM outbox), (SELECT count(*) FROM effects)")
                .get(0);
    }

    @Test
    @DisplayName("A row is there until its effect is, and not a moment longer; a roll-back keeps both as they were")
    void rowsAndEffectsChangeTogether() {
        put(1, 20);
        runner.run(context -> {
            assertThat(context).hasNotFailed();
            await().atMost(PATIENCE).untilAsserted(() -> {
                List<?> counts = rowsAndEffects();
                assertThat((Long) counts.get(0) + (Long) counts.get(1)).isEqualTo(20);
                assertThat(counts.get(1)).isEqualTo(20L);
            });
            put(21, 50);
            await().atMost(PATIENCE)
                    .until(() -> context.getBean(CdcEngines.class)
                                    .get("shop")
                                    .status()
                                    .state()
                            == EngineState.FAILED);
            assertThat(database.query("SELECT id FROM outbox ORDER BY id LIMIT 1"))
                    .containsExactly(List.of(37L));
            assertThat(rowsAndEffects()).isEqualTo(List.of(14L, 36L));
            context.getBean(Application.class).broken.set(false);
            context.getBean(CdcEngines.class).get("shop").start();
            await().atMost(PATIENCE).until(() -> rowsAndEffects().equals(List.of(0L, 50L)));
        });
    }

    @Test
    @DisplayName("A deletion that fails leaves the row, and the transaction goes on")
    void aFailingDeletion() {
        database.sql(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not now'; END $$",
                "CREATE TRIGGER refuse BEFORE DELETE ON outbox FOR EACH ROW EXECUTE FUNCTION refuse()");
        runner.run(context -> {
            put(1, 20);
            await().atMost(PATIENCE).until(() -> rowsAndEffects().equals(List.of(20L, 20L)));
            assertThat(context.getBean(CdcEngines.class).get("shop").status().state())
                    .isEqualTo(EngineState.STREAMING);
        });
    }

    @Test
    void anotherDataSourceThanThatOfTheTransactionsIsRefused() {
        runner.withUserConfiguration(Other.class)
                .withPropertyValues(
                        "rustcdc.checkpoint.jdbc.data-source=dataSource", "rustcdc.defaults.outbox.data-source=other")
                .run(context -> Refusal.of(context)
                        .says("rustcdc.postgres.shop.outbox.data-source is 'other'", "delivery.transactional is true")
                        .advises("rustcdc.checkpoint.jdbc.data-source"));
    }

    @Configuration(proxyBeanMethods = false)
    static class Other {

        @Bean(defaultCandidate = false)
        DataSource other() {
            return new SimpleDriverDataSource();
        }
    }
}
