package io.rustcdc.spring.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.deadletter.DeadLetter.State;
import io.rustcdc.deadletter.DeadLetterStore.Filter;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.EngineState;
import io.rustcdc.spring.CdcEngines;
import io.rustcdc.spring.transaction.LedgerApplication.Ledger;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import io.rustcdc.transform.SkippedChanges;
import io.rustcdc.transform.Transform;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/** Transforms where the listeners and the checkpoint share a transaction, which may be rolled back. */
class TransactionalTransformTests {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private PostgresDatabase database;
    private ConfigurableApplicationContext application;
    private CdcEngine engine;
    private Ledger ledger;
    private Transforms transforms;

    @BeforeEach
    void createTables() {
        database = PostgresServer.shared().createDatabase();
        database.sql(
                "CREATE TABLE orders (id bigint PRIMARY KEY)",
                "CREATE TABLE ledger (n bigserial PRIMARY KEY, order_id bigint NOT NULL)",
                "CREATE TABLE skipped (n bigserial PRIMARY KEY, order_id bigint NOT NULL)");
    }

    private void start(String onError, String... more) {
        application = new SpringApplicationBuilder(LedgerApplication.class, Transforms.class)
                .properties(more)
                .run(
                        "--spring.main.web-application-type=none",
                        "--spring.datasource.url=" + database.jdbcUrl(),
                        "--spring.datasource.username=postgres",
                        "--rustcdc.postgres.shop.host=" + database.server().host(),
                        "--rustcdc.postgres.shop.port=" + database.server().port(),
                        "--rustcdc.postgres.shop.database=" + database.name(),
                        "--rustcdc.postgres.shop.user=postgres",
                        "--rustcdc.postgres.shop.replication-slot-name=" + database.name(),
                        "--rustcdc.defaults.snapshot.mode=never",
                        "--rustcdc.defaults.delivery.retry.initial-delay=1ms",
                        "--rustcdc.defaults.delivery.transactional=true",
                        "--rustcdc.defaults.transforms.on-error=" + onError);
        engine = application.getBean(CdcEngines.class).get("shop");
        ledger = application.getBean(Ledger.class);
        transforms = application.getBean(Transforms.class);
    }

    @AfterEach
    void stop() {
        if (application != null) {
            application.close();
        }
        database.close();
    }

    @Test
    @DisplayName(
            "RT-17 what is filtered and skipped is counted and kept once, though its transaction is rolled back and delivered again")
    void aRollbackCountsNothingTwice() {
        start("skip");
        transforms.filtered = id -> id % 10 == 3;
        transforms.broken = id -> id % 10 == 5;
        AtomicInteger failures = new AtomicInteger();
        ledger.trouble = id -> {
            if (id % 10 == 7 && failures.getAndDecrement() > 0) {
                throw new IllegalStateException("not now");
            }
        };
        for (int i = 0; i < 2; i++) {
            int from = i * 10 + 1;
            failures.set(2);
            insertWhilePaused(from, from + 9);
            awaitIds("ledger", from + 9);
        }
        assertThat(failures.get()).isNegative();
        assertThat(ids("ledger"))
                .containsExactly(1L, 2L, 4L, 6L, 7L, 8L, 9L, 10L, 11L, 12L, 14L, 16L, 17L, 18L, 19L, 20L);
        assertThat(ids("skipped")).containsExactly(5L, 15L);
        await().atMost(PATIENCE).until(() -> transforms.told.size() >= 4);
        assertThat(transforms.told)
                .containsExactly(
                        "filtered orderFilter", "skipped orderFilter", "filtered orderFilter", "skipped orderFilter");
    }

    @Test
    @DisplayName(
            "A failing transform stops the source at its change; what came before is committed, and the failure told once")
    void aFailureHalts() {
        start("halt");
        transforms.filtered = id -> id == 3;
        transforms.broken = id -> id == 5;
        insertWhilePaused(1, 10);
        await().atMost(PATIENCE).until(() -> engine.status().state() == EngineState.FAILED);
        assertThat(engine.status().health().reason()).contains("Transform 'orderFilter' failed");
        assertThat(ids("ledger")).containsExactly(1L, 2L, 4L);
        assertThat(transforms.told).containsExactly("filtered orderFilter", "failed orderFilter");
        transforms.broken = id -> false;
        engine.start();
        awaitIds("ledger", 10);
        assertThat(ids("ledger")).containsExactly(1L, 2L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
        assertThat(transforms.told).hasSize(2);
    }

    @Test
    @DisplayName(
            "RT-17 without a SkippedChanges bean, what is skipped is a dead letter of the listeners' transaction, once and told once")
    void aSkippedChangeIsADeadLetterOfTheTransaction() {
        start("skip", "rustcdc.dead-letters.store=jdbc");
        transforms.broken = id -> id % 10 == 5;
        AtomicInteger failures = new AtomicInteger(2);
        ledger.trouble = id -> {
            if (id == 7 && failures.getAndDecrement() > 0) {
                throw new IllegalStateException("not now");
            }
        };
        insertWhilePaused(1, 20);
        awaitIds("ledger", 20);
        assertThat(failures.get()).isNegative();
        assertThat(ids("ledger")).hasSize(18).doesNotContain(5L, 15L);
        assertThat(engine.deadLetters().list(Filter.all(), 10, 0)).allSatisfy(letter -> {
            assertThat(letter.listener()).isEqualTo("transform:orderFilter");
            assertThat(letter.state()).isEqualTo(State.SKIPPED);
        });
        assertThat(engine.deadLetters().list(Filter.all(), 10, 0))
                .extracting(letter -> id(letter.event()))
                .containsExactly(5L, 15L);
        await().atMost(PATIENCE).until(() -> transforms.told.size() >= 2);
        assertThat(transforms.told).containsExactly("skipped orderFilter", "skipped orderFilter");
        insert(21, 21);
        awaitIds("ledger", 21);
        assertThat(engine.deadLetters().count()).isEqualTo(2);
    }

    private void insert(long from, long to) {
        database.sql("INSERT INTO orders SELECT generate_series(%d, %d)".formatted(from, to));
    }

    /** So that all of them are delivered in one batch. */
    private void insertWhilePaused(long from, long to) {
        engine.pause();
        insert(from, to);
        await().atMost(PATIENCE).until(() -> engine.status().buffered() == to - from + 1);
        engine.resume();
    }

    private void awaitIds(String table, long last) {
        await().atMost(PATIENCE).until(() -> ids(table).contains(last));
    }

    private List<Long> ids(String table) {
        return database.query("SELECT order_id FROM %s ORDER BY n".formatted(table)).stream()
                .map(row -> (Long) row.get(0))
                .toList();
    }

    private static long id(ChangeEvent<Row> event) {
        return (Long) event.afterRow().get("id");
    }

    interface Ids {

        boolean contain(long id);
    }

    @Configuration(proxyBeanMethods = false)
    static class Transforms {

        final List<String> told = new CopyOnWriteArrayList<>();
        volatile Ids filtered = id -> false;
        volatile Ids broken = id -> false;

        @Bean
        Transform orderFilter() {
            return event -> {
                if (broken.contain(id(event))) {
                    throw new IllegalStateException();
                }
                return filtered.contain(id(event)) ? null : event;
            };
        }

        @Bean
        @ConditionalOnProperty(name = "rustcdc.dead-letters.store", matchIfMissing = true, havingValue = "none")
        SkippedChanges skippedChanges(JdbcTemplate jdbc) {
            return (source, event, transform, cause) ->
                    jdbc.update("INSERT INTO skipped (order_id) VALUES (?)", id(event));
        }

        @Bean
        EngineObserver observer() {
            return new EngineObserver() {
                @Override
                public void changeFiltered(EventSource source, String transform, TableId table, Offset offset) {
                    told.add("filtered " + transform);
                }

                @Override
                public void transformFailed(
                        EventSource source, String transform, CdcException failure, boolean skipped) {
                    told.add((skipped ? "skipped " : "failed ") + transform);
                }
            };
        }
    }
}
