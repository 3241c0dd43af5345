package io.rustcdc.spring.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.jdbc.JdbcCheckpoints;
import io.rustcdc.checkpoint.jdbc.JdbcOptions;
import io.rustcdc.checkpoint.jdbc.JdbcTables;
import io.rustcdc.delivery.BatchFailedException;
import io.rustcdc.event.Operation;
import io.rustcdc.observe.EngineState;
import io.rustcdc.spring.CdcEngines;
import io.rustcdc.spring.CdcListener;
import io.rustcdc.spring.CheckpointStoreFactory;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;

/** A listener that takes batches, in the transaction that saves their position. */
class TransactionalBatchTests {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private PostgresDatabase database;
    private ConfigurableApplicationContext application;
    private CdcEngine engine;
    private BatchLedger ledger;

    @BeforeEach
    void tables() {
        database = PostgresServer.shared().createDatabase();
        database.sql("CREATE TABLE orders (id int PRIMARY KEY)");
        database.sql("CREATE TABLE ledger (n serial, order_id int)");
        start("split", 16_384);
    }

    private void start(String boundary, int maxEventsPerPoll) {
        application = new SpringApplicationBuilder(Application.class)
                .run(
                        "--spring.main.web-application-type=none",
                        "--spring.datasource.url=" + database.jdbcUrl(),
                        "--spring.datasource.username=postgres",
                        "--rustcdc.postgres.shop.user=postgres",
                        "--rustcdc.postgres.shop.replication-slot-name=" + database.name(),
                        "--rustcdc.defaults.snapshot.mode=never",
                        "--rustcdc.defaults.delivery.retry.initial-delay=1ms",
                        "--rustcdc.defaults.delivery.transactional=true",
                        "--rustcdc.defaults.delivery.transaction-boundary=" + boundary,
                        "--rustcdc.defaults.max-events-per-poll=" + maxEventsPerPoll,
                        "--rustcdc.postgres.shop.host=" + database.server().host(),
                        "--rustcdc.postgres.shop.port=" + database.server().port(),
                        "--rustcdc.postgres.shop.database=" + database.name());
        engine = application.getBean(CdcEngines.class).get("shop");
        ledger = application.getBean(BatchLedger.class);
    }

    @AfterEach
    void stop() {
        application.close();
        database.close();
    }

    @Test
    @DisplayName("What a batch writes is there once, and with it the position")
    void batchesAreWrittenOnce() {
        for (int i = 0; i < 10; i++) {
            insert(i * 50 + 1, i * 50 + 50);
        }
        awaitWritten(500);
        assertThat(ledger.calls).hasSizeLessThan(500);
    }

    @Test
    @DisplayName(
            "A batch that fails is rolled back as a whole, then comes one by one, and stops the source at its change")
    void aFailureIsFoundOneByOne() {
        ledger.broken = 7;
        engine.pause();
        insert(1, 10);
        await().atMost(PATIENCE).until(() -> engine.status().buffered() >= 10);
        engine.resume();
        await().atMost(PATIENCE).until(() -> engine.status().state() == EngineState.FAILED);
        awaitWritten(6);
        assertThat(ledger.calls).contains(List.of(7)).doesNotContain(List.of(8));
        ledger.broken = 0;
        engine.start();
        awaitWritten(10);
    }

    @Test
    @DisplayName("With transaction-boundary: preserve a batch ends where a transaction of the database does")
    void transactionsStayWhole() {
        application.close();
        start("preserve", 100);
        engine.pause();
        for (int i = 0; i < 5; i++) {
            insert(i * 60 + 1, i * 60 + 60);
        }
        await().atMost(PATIENCE).until(() -> engine.status().buffered() >= 300);
        engine.resume();
        awaitWritten(300);
        assertThat(ledger.calls)
                .hasSize(5)
                .allSatisfy(batch -> assertThat(batch).hasSize(60));
    }

    private void insert(int from, int to) {
        database.sql("INSERT INTO orders SELECT generate_series(%d, %d)".formatted(from, to));
    }

    private void awaitWritten(int to) {
        List<Object> expected =
                IntStream.rangeClosed(1, to).<Object>mapToObj(id -> id).toList();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(database.query("SELECT order_id FROM ledger ORDER BY n").stream()
                                .map(row -> (Object) row.get(0))
                                .toList())
                        .isEqualTo(expected));
    }

    record Order(int id) {}

    static class BatchLedger {

        private final JdbcTemplate jdbc;
        final List<List<Integer>> calls = new CopyOnWriteArrayList<>();
        volatile int broken;

        BatchLedger(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @CdcListener(tables = "public.orders", operations = Operation.INSERT)
        public void on(List<Order> orders) {
            calls.add(orders.stream().map(Order::id).toList());
            for (int i = 0; i < orders.size(); i++) {
                jdbc.update(
                        "INSERT INTO ledger (order_id) VALUES (?)",
                        orders.get(i).id());
                if (orders.get(i).id() == broken) {
                    throw new BatchFailedException(i, new IllegalStateException("never"));
                }
            }
        }
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Application {

        @Bean
        CheckpointStoreFactory stores(DataSource dataSource) throws SQLException {
            JdbcTables.create(dataSource, JdbcOptions.ofDefaults());
            JdbcCheckpoints checkpoints = new JdbcCheckpoints(dataSource, JdbcOptions.ofDefaults());
            return checkpoints::store;
        }

        @Bean
        BatchLedger batchLedger(JdbcTemplate jdbc) {
            return new BatchLedger(jdbc);
        }
    }
}
