package io.rustcdc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.observe.EngineState;
import io.rustcdc.source.postgres.PostgresConnector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What arrives after a restart, on a real server. */
class ResumeTests extends EngineFixture {

    @Test
    @DisplayName("PG-01: a clean restart without writes delivers nothing")
    void cleanRestartDeliversNothing() {
        CdcEngine engine = engine();
        engine.start();
        insert(1, 1);
        awaitDelivered(1);
        engine.stop();
        engine.start();
        insert(2, 2);
        awaitDelivered(2);
        assertThat(delivered).containsExactly("1", "2");
    }

    @Test
    @DisplayName("PG-02: of three transactions, two acknowledged, exactly the third is repeated")
    void repeatsExactlyTheUnacknowledgedTransaction() {
        PostgresConnector connector = connector(server().host(), server().port());
        CdcEngine first = engine(connector, store(connector), changesOnly(), (event, acknowledgment) -> {
            if (describe(event).equals("3")) {
                throw new IllegalStateException("not this one");
            }
            delivered.add(describe(event));
        });
        first.start();
        insert(1, 1);
        insert(2, 2);
        insert(3, 3);
        awaitState(first, EngineState.FAILED);
        first.stop();
        delivered.clear();
        engine().start();
        awaitDelivered(1);
        insert(4, 4);
        awaitDelivered(2);
        assertThat(delivered).containsExactly("3", "4");
    }

    @Test
    @DisplayName("PG-04: the slot's confirmed position reaches the end of the acknowledged transaction")
    void confirmsTheEndOfTheTransaction() {
        CdcEngine engine = engine();
        engine.start();
        String lastRow = database.value("""
                WITH inserted AS (INSERT INTO orders SELECT i, 'n' FROM generate_series(1, 3) i RETURNING id)
                SELECT max(pg_current_wal_insert_lsn()) FROM inserted
                """);
        awaitDelivered(3);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> "t"
                        .equals(database.value(
                                "SELECT (confirmed_flush_lsn > '%s'::pg_lsn)::text::char FROM pg_replication_slots WHERE database = '%s'"
                                        .formatted(lastRow, database.name()))));
        awaitSaved(engine);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> database.value(
                                "SELECT confirmed_flush_lsn - '0/0'::pg_lsn FROM pg_replication_slots WHERE database = '%s'"
                                        .formatted(database.name()))
                        .equals(savedLsn(engine)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 9, 10, 12, 13, 14, 20, 24})
    @DisplayName("PG-R1: 25 rows in one transaction, killed after a save that covers k rows: exactly k+1 to 25 arrive")
    void resumesInsideATransaction(int atLeast) {
        startOnce();
        int saved = killAfter(atLeast, () -> insert(1, 25));
        engine(changesOnly().withMaxEventsPerPoll(10)).start();
        awaitDelivered(25 - saved);
        insert(26, 26);
        awaitDelivered(26 - saved);
        assertThat(delivered).isEqualTo(ids(saved + 1, 26));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 13, 14, 20, 24})
    @DisplayName("PG-R1 with DDL before the rows and between them: changes of shape are announced once, in their place")
    void resumesInsideATransactionWithSchemaChanges(int atLeast) {
        startOnce();
        List<String> all = new ArrayList<>();
        all.add("schema_change");
        all.addAll(ids(1, 12));
        all.add("schema_change");
        all.addAll(ids(13, 23));
        int saved = killAfter(
                atLeast,
                () -> database.transaction(
                        "ALTER TABLE orders ADD COLUMN color text",
                        "INSERT INTO orders SELECT i, 'n', 'red' FROM generate_series(1, 12) i",
                        "ALTER TABLE orders ADD COLUMN size int",
                        "INSERT INTO orders SELECT i, 'n', 'red', 7 FROM generate_series(13, 23) i"));
        engine(changesOnly().withMaxEventsPerPoll(10)).start();
        awaitDelivered(all.size() - saved);
        database.sql("INSERT INTO orders VALUES (24, 'n', 'red', 7)");
        awaitDelivered(all.size() - saved + 1);
        List<String> rest = new ArrayList<>(all.subList(saved, all.size()));
        rest.add("24");
        assertThat(delivered).isEqualTo(rest);
    }

    /** The shape of the table is known and acknowledged before the test begins. */
    private void startOnce() {
        CdcEngine engine = engine();
        engine.start();
        insert(0, 0);
        awaitDelivered(1);
        engine.stop();
        delivered.clear();
    }

    /** Runs an engine that dies with the first save that covers so many events; returns how many it covers. */
    private int killAfter(int events, Runnable writes) {
        PostgresConnector connector = connector(server().host(), server().port());
        long before = store(connector).load().orElseThrow().committedEventCount();
        CrashingStore crashing = new CrashingStore(store(connector), before + events);
        CdcEngine dying = engine(
                connector,
                crashing,
                changesOnly().withMaxEventsPerPoll(Math.min(events, 10)),
                (event, acknowledgment) -> {});
        writes.run();
        dying.start();
        await().atMost(Duration.ofSeconds(60)).until(crashing::isDead);
        dying.stop();
        int covered = (int) (store(connector).load().orElseThrow().committedEventCount() - before);
        assertThat(covered).isBetween(events, events + 10);
        return covered;
    }

    private static String savedLsn(CdcEngine engine) {
        return String.valueOf(engine.status().offset().fields().get("lsn"));
    }
}
