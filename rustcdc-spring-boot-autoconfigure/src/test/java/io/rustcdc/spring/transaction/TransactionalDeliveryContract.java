package io.rustcdc.spring.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.deadletter.DeadLetterStore.Filter;
import io.rustcdc.observe.EngineState;
import io.rustcdc.observe.EngineStatus;
import io.rustcdc.runtime.DeadLetters.Replayed;
import io.rustcdc.spring.CdcEngines;
import io.rustcdc.spring.transaction.LedgerApplication.Ledger;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** That what a listener writes and the checkpoint behind it are one transaction, whatever fails and whoever manages it. */
abstract class TransactionalDeliveryContract {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final PostgresDatabase database = PostgresServer.shared().createDatabase();
    private final List<String> more = new ArrayList<>();
    private ConfigurableApplicationContext application;
    private CdcEngine engine;
    private Ledger ledger;

    @BeforeEach
    void tables() {
        database.sql("CREATE TABLE orders (id bigint PRIMARY KEY)", """
                CREATE TABLE ledger (n bigserial PRIMARY KEY, order_id bigint NOT NULL)""");
    }

    /** The transactions, and how the listener writes. */
    abstract List<Class<?>> configuration();

    private void start(Class<?>... beans) {
        List<Class<?>> sources = new ArrayList<>(configuration());
        sources.addAll(List.of(beans));
        sources.add(0, LedgerApplication.class);
        application = new SpringApplicationBuilder(sources.toArray(Class<?>[]::new))
                .properties(
                        "spring.main.web-application-type=none",
                        "spring.datasource.url=" + database.jdbcUrl(),
                        "spring.datasource.username=postgres",
                        "spring.datasource.hikari.maximum-pool-size=5",
                        "rustcdc.postgres.shop.host=" + database.server().host(),
                        "rustcdc.postgres.shop.port=" + database.server().port(),
                        "rustcdc.postgres.shop.database=" + database.name(),
                        "rustcdc.postgres.shop.user=postgres",
                        "rustcdc.postgres.shop.replication-slot-name=" + database.name(),
                        "rustcdc.defaults.snapshot.mode=never",
                        "rustcdc.defaults.delivery.retry.initial-delay=1ms",
                        "rustcdc.defaults.delivery.transactional=true")
                .run(more.stream().map(property -> "--" + property).toArray(String[]::new));
        engine = application.getBean(CdcEngines.class).get("shop");
        ledger = application.getBean(Ledger.class);
    }

    @AfterEach
    void stop() {
        if (application != null) {
            application.close();
        }
        database.close();
        LedgerApplication.troubleAtStart = id -> {};
    }

    private void insert(long from, long to) {
        database.sql("INSERT INTO orders SELECT generate_series(%d, %d)".formatted(from, to));
    }

    private List<Long> written() {
        return database.query("SELECT order_id FROM ledger ORDER BY n").stream()
                .map(row -> (Long) row.get(0))
                .toList();
    }

    private static List<Long> ids(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    /** In one look, which sees all of a transaction or nothing. */
    private void assertLedgerAndCheckpointAgree() {
        List<?> counts = database.query("""
                        SELECT (SELECT count(*) FROM ledger),
                               (SELECT coalesce(max((checkpoint_json::json ->> 'committed_event_count')::bigint), 0)
                                FROM rustcdc_checkpoint)""").get(0);
        assertThat(counts.get(0)).isEqualTo(counts.get(1));
    }

    private void awaitWritten(long from, long to) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertLedgerAndCheckpointAgree();
            assertThat(written()).isEqualTo(ids(from, to));
        });
    }

    /** So that all of them are delivered in one batch. */
    private void insertWhilePaused(long from, long to) {
        engine.pause();
        insert(from, to);
        await().atMost(PATIENCE).until(() -> engine.status().buffered() == to - from + 1);
        engine.resume();
    }

    @Test
    @DisplayName("At any moment the checkpoint counts exactly the changes whose effects are there")
    void effectsAndCheckpointAreSeenTogether() {
        start();
        for (int i = 0; i < 20; i++) {
            insert(i * 50L + 1, i * 50L + 50);
            assertLedgerAndCheckpointAgree();
        }
        awaitWritten(1, 1000);
        assertThat(ledger.calls).isEqualTo(ids(1, 1000));
    }

    @Test
    @DisplayName("After a failure the whole batch is rolled back and delivered again one by one, retries included")
    void aFailureRollsTheBatchBack() {
        start();
        AtomicInteger failures = new AtomicInteger(2);
        ledger.trouble = id -> {
            if (id == 7 && failures.getAndDecrement() > 0) {
                throw new IllegalStateException("not now");
            }
        };
        insertWhilePaused(1, 10);
        awaitWritten(1, 10);
        assertThat(ledger.calls(7)).isEqualTo(3);
        assertThat(ledger.calls(6))
                .as("with 7, unless a slow batch ended before")
                .isBetween(1L, 2L);
        assertThat(ledger.calls(8)).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "A row that cannot be handled is parked in the transaction of its checkpoint, and its replay is one transaction")
    void parksAndReplaysInTheTransaction() throws Exception {
        more.addAll(List.of(
                "rustcdc.dead-letters.store=jdbc",
                "rustcdc.defaults.delivery.on-failure=park",
                "rustcdc.defaults.delivery.retry.attempts=2"));
        start();
        ledger.trouble = id -> {
            if (id == 3) {
                throw new IllegalStateException("never");
            }
        };
        insertWhilePaused(1, 5);
        await().atMost(PATIENCE).untilAsserted(() -> {
            List<?> counts = database.query("""
                    SELECT (SELECT count(*) FROM ledger) + (SELECT count(*) FROM rustcdc_dead_letter),
                           (SELECT coalesce(max((checkpoint_json::json ->> 'committed_event_count')::bigint), 0)
                            FROM rustcdc_checkpoint)""").get(0);
            assertThat(counts.get(0)).as("handled or parked, and counted").isEqualTo(counts.get(1));
            assertThat(counts.get(0)).isEqualTo(5L);
        });
        assertThat(written()).containsExactly(1L, 2L, 4L, 5L);
        assertThat(database.query("SELECT row_key, attempts FROM rustcdc_dead_letter"))
                .hasToString("[[id=3, 2]]");

        assertThat(engine.deadLetters().replay(Filter.all()).get(20, TimeUnit.SECONDS))
                .as("while it still fails")
                .isEqualTo(new Replayed(0, 1, 0));
        assertThat(written()).containsExactly(1L, 2L, 4L, 5L);
        ledger.trouble = id -> {};
        assertThat(engine.deadLetters().replay(Filter.all()).get(20, TimeUnit.SECONDS))
                .isEqualTo(new Replayed(1, 0, 0));

        assertThat(written()).containsExactly(1L, 2L, 4L, 5L, 3L);
        assertThat(database.value("SELECT count(*) FROM rustcdc_dead_letter")).isEqualTo("0");
    }

    @Test
    @DisplayName("A listener that fails for good stops the source; what came before it is there, nothing else")
    void aFailureForGoodStopsTheSource() {
        start();
        ledger.trouble = id -> {
            if (id == 7) {
                throw new IllegalStateException("never");
            }
        };
        insertWhilePaused(1, 10);
        await().atMost(PATIENCE).until(() -> engine.status().state() == EngineState.FAILED);
        awaitWritten(1, 6);
        EngineStatus status = engine.status();
        assertThat(status.health().reason()).contains("ledger.on", "failed 3 time(s)");

        ledger.trouble = id -> {};
        engine.start();
        awaitWritten(1, 10);
    }

    @Test
    @DisplayName(
            "A transaction that a listener marks as rollback-only is rolled back and tried again, though the listener returned")
    void rollbackOnlyIsAFailure() {
        start();
        AtomicInteger marks = new AtomicInteger(2);
        TransactionTemplate inner = new TransactionTemplate(application.getBean(PlatformTransactionManager.class));
        ledger.trouble = id -> {
            if (id == 3 && marks.getAndDecrement() > 0) {
                inner.executeWithoutResult(status -> status.setRollbackOnly());
            }
        };
        insertWhilePaused(1, 5);
        awaitWritten(1, 5);
        assertThat(ledger.calls(3)).isEqualTo(3);
    }

    @Test
    @DisplayName(
            "A statement that failed in a listener, which kept that to itself, fails the change: nothing more can be written")
    void aSwallowedFailureIsAFailure() {
        start();
        JdbcTemplate jdbc = application.getBean(JdbcTemplate.class);
        AtomicInteger failures = new AtomicInteger(2);
        ledger.trouble = id -> {
            if (id == 3 && failures.getAndDecrement() > 0) {
                try {
                    jdbc.execute("SELECT * FROM nowhere");
                } catch (BadSqlGrammarException e) {
                    // swallowed
                }
            }
        };
        insertWhilePaused(1, 5);
        awaitWritten(1, 5);
        assertThat(ledger.calls(3)).isEqualTo(3);
        assertThat(engine.status().state()).isEqualTo(EngineState.STREAMING);

        ledger.trouble = id -> {
            try {
                jdbc.execute("SELECT * FROM nowhere");
            } catch (BadSqlGrammarException e) {
                // swallowed
            }
        };
        insert(6, 6);
        await().atMost(PATIENCE).until(() -> engine.status().state() == EngineState.FAILED);
        assertThat(written()).isEqualTo(ids(1, 5));
    }

    @Test
    @DisplayName("A constraint that is checked at the commit fails the change as a listener does")
    void aRefusedCommitIsAFailure() {
        database.sql("ALTER TABLE ledger ADD CONSTRAINT once UNIQUE (order_id) DEFERRABLE INITIALLY DEFERRED");
        database.sql("INSERT INTO ledger (order_id) VALUES (4)");
        start();
        insertWhilePaused(1, 5);
        await().atMost(PATIENCE).until(() -> engine.status().state() == EngineState.FAILED);
        assertThat(written()).containsExactly(4L, 1L, 2L, 3L);

        database.sql("DELETE FROM ledger WHERE n = 1");
        engine.start();
        await().atMost(PATIENCE).until(() -> written().size() == 5);
        assertThat(written()).isEqualTo(ids(1, 5));
        assertLedgerAndCheckpointAgree();
    }

    @ParameterizedTest
    @EnumSource(
            value = LostAnswers.Fate.class,
            names = {"DONE", "NOT_DONE"})
    @DisplayName("When the connection is lost in the commit, the database says whether it was done")
    void aLostAnswerIsLookedUp(LostAnswers.Fate fate) {
        start(LosingAnswers.class);
        LostAnswers answers = application.getBean(LostAnswers.class);
        AtomicInteger losses = new AtomicInteger(2); // one less than the tries that a change has
        ledger.trouble = id -> {
            if (id % 4 == 0 && losses.getAndDecrement() > 0) {
                answers.loseNext(fate);
            }
        };
        for (int i = 0; i < 5; i++) {
            insert(i * 4L + 1, i * 4L + 4);
        }
        awaitWritten(1, 20);
        assertThat(losses.get()).isLessThanOrEqualTo(0);
        assertThat(engine.status().state()).isEqualTo(EngineState.STREAMING);
    }

    @Test
    @DisplayName("A commit that the server comes to only after it was asked undoes what was delivered again meanwhile")
    void aLateCommitIsFoundByTheNext() throws Exception {
        start(LosingAnswers.class);
        LostAnswers answers = application.getBean(LostAnswers.class);
        AtomicInteger losses = new AtomicInteger(1);
        ledger.trouble = id -> {
            if (id == 1 && losses.getAndDecrement() > 0) { // of whatever the first batch is
                answers.loseNext(LostAnswers.Fate.DONE_LATER);
            }
        };
        insertWhilePaused(1, 10);
        await().atMost(PATIENCE).until(answers::isCommitPending);
        // What is delivered again waits for the row of the checkpoint.
        await().atMost(PATIENCE)
                .until(() -> database.value(
                                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")
                        .equals("1"));
        assertThat(written()).isEmpty();
        answers.commit();
        awaitWritten(1, 10);
        assertThat(ledger.calls(1)).isGreaterThan(1);
        insert(11, 12);
        awaitWritten(1, 12);
    }

    @Test
    @DisplayName(
            "Existing rows and how far they are read are one transaction, also where a chunk is larger than the queue")
    void rowsAreDeliveredExactlyOnce() {
        insert(1, 500);
        AtomicInteger failures = new AtomicInteger(2);
        more.addAll(List.of(
                "rustcdc.defaults.snapshot.mode=initial",
                "rustcdc.defaults.snapshot.chunk-size=100",
                "rustcdc.defaults.queue.max-events=30"));
        LedgerApplication.troubleAtStart = id -> {
            if (id == 250 && failures.getAndDecrement() > 0) {
                throw new IllegalStateException("not now");
            }
        };
        start();
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertLedgerAndCheckpointAgree();
            assertThat(written()).hasSize(500);
        });
        assertThat(written()).containsExactlyInAnyOrderElementsOf(ids(1, 500));
        assertThat(ledger.calls(250)).isEqualTo(3);
        insert(501, 510);
        await().atMost(PATIENCE).until(() -> written().size() == 510);
        engine.stop();
        engine.start();
        insert(511, 511);
        await().atMost(PATIENCE).until(() -> written().size() >= 511);
        assertThat(written()).containsExactlyInAnyOrderElementsOf(ids(1, 511));
        assertLedgerAndCheckpointAgree();
    }

    @Configuration(proxyBeanMethods = false)
    static class LosingAnswers {

        @Bean
        LostAnswers dataSource(DataSourceProperties properties) {
            return new LostAnswers(properties.initializeDataSourceBuilder().build());
        }
    }

    @Test
    @DisplayName("A restart goes on behind what was committed")
    void aRestartRepeatsNothing() {
        start();
        insert(1, 100);
        awaitWritten(1, 100);
        engine.stop();
        insert(101, 200);
        engine.start();
        awaitWritten(1, 200);
        assertThat(ledger.calls).isEqualTo(ids(1, 200));
    }
}
