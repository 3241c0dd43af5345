package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.checkpoint.CheckpointStore;
import io.rustcdc.checkpoint.MemoryCheckpointStore;
import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.delivery.Subscription.AckMode;
import io.rustcdc.event.LogRetention;
import io.rustcdc.event.LogRetention.Safety;
import io.rustcdc.observe.EngineState;
import io.rustcdc.observe.HealthVerdict.Status;
import io.rustcdc.runtime.EngineOptions;
import io.rustcdc.source.SourceInspector;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the server keeps for a source, with time going by at will: no more than it must, and never less. */
class WalGuardTests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long MB = 1 << 20;

    private final CheckpointStore store = new MemoryCheckpointStore();
    private PostgresFixture shop;

    @BeforeEach
    void createDatabase() {
        shop = new PostgresFixture();
    }

    @AfterEach
    void dropDatabase() {
        shop.close();
    }

    @Test
    @DisplayName("An idle database on a busy server: the slot keeps no log of the others, with no heartbeat table")
    void writesInAnotherDatabaseAreNotRetained() {
        try (PostgresDatabase other = shop.database.server().createDatabase();
                WatchedEngine source = engine(AckMode.AUTO)) {
            for (int round = 0; round < 3; round++) {
                assertReleased(source, other, 24);
            }
            assertThat(source.events).isEmpty();
            assertThat(
                            shop.database.value(
                                    "SELECT string_agg(relname, ' ') FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"))
                    .as("tables of the captured database")
                    .isEqualTo("orders");
        }
    }

    @Test
    @DisplayName("Writes to tables that nobody captures, in the captured database, are not retained")
    void writesToOtherTablesAreNotRetained() {
        try (WatchedEngine source = engine(AckMode.AUTO)) {
            assertReleased(source, shop.database, 24);
            assertThat(source.events).isEmpty();
        }
    }

    @Test
    @DisplayName("PG-31: a publication of busy tables that the filter leaves out: the slot advances, nothing spins")
    void filteredTablesAreNotRetained() {
        shop.database.sql(
                "CREATE TABLE busy (id int PRIMARY KEY, note text)",
                "CREATE PUBLICATION shop_cdc FOR TABLE orders, busy");
        try (WatchedEngine source = engine(AckMode.AUTO)) {
            for (int round = 0; round < 4; round++) {
                shop.database.sql("INSERT INTO busy SELECT i, repeat('x', 1000) FROM generate_series(%d, %d) i"
                        .formatted(round * 1000, round * 1000 + 999));
            }
            assertReleased(source, shop.database, 8);
            assertThat(source.events).isEmpty();
            assertThat(source.engine.status().eventsPolled()).isZero();
        }
    }

    @Test
    @DisplayName("PG-R4: nothing is confirmed past a change that waits for its acknowledgment, whatever else goes by")
    void nothingIsConfirmedPastAnOpenChange() {
        shop.database.sql(
                "CREATE TABLE busy (id int PRIMARY KEY, note text)",
                "CREATE PUBLICATION shop_cdc FOR TABLE orders, busy");
        long before;
        try (WatchedEngine source = engine(AckMode.MANUAL)) {
            before = lsn("SELECT pg_current_wal_insert_lsn()");
            shop.insert(1, 1);
            await().atMost(PATIENCE).until(() -> source.events.size() == 1);
            for (int round = 0; round < 3; round++) {
                shop.database.sql("INSERT INTO busy VALUES (%d, 'x')".formatted(round));
                write(shop.database, 3);
                source.idleFor(Duration.ofMinutes(1));
                int mark = round + 2;
                shop.insert(mark, mark);
                await().atMost(PATIENCE).until(() -> source.events.size() == mark);
                source.acknowledgments.get(mark - 1).acknowledge();
            }
            source.idleFor(Duration.ofMinutes(1));
            assertThat(lsn(confirmed())).isLessThanOrEqualTo(source.savedLsn());
            assertThat(source.savedLsn()).as("saved").isLessThanOrEqualTo(before);
        }
        assertThat(lsn(confirmed())).as("after the stop").isLessThanOrEqualTo(before);

        try (WatchedEngine again = engine(AckMode.MANUAL)) {
            await().atMost(PATIENCE).until(() -> again.events.size() == 4);
            assertThat(again.rows()).containsExactly("orders 1", "orders 2", "orders 3", "orders 4");
            again.acknowledgments.forEach(Acknowledgment::acknowledge);
            assertReleased(again, shop.database, 8);
        }
    }

    @Test
    @DisplayName(
            "PG-R12: over minutes of idle advance the slot is never ahead of the checkpoint, and a restart is quiet")
    void confirmedIsNeverAheadOfSaved() {
        try (WatchedEngine source = engine(AckMode.AUTO)) {
            shop.insert(1, 1);
            for (int round = 0; round < 6; round++) {
                long saved = source.savedLsn();
                write(shop.database, 2);
                source.idleFor(Duration.ofSeconds(31));
                await().atMost(PATIENCE).until(() -> {
                    long slot = lsn(confirmed());
                    assertThat(slot).isLessThanOrEqualTo(source.savedLsn());
                    return source.savedLsn() > saved && slot == source.savedLsn();
                });
            }
        }
        assertThat(lsn(confirmed())).isLessThanOrEqualTo(lastSaved());
        try (WatchedEngine again = engine(AckMode.AUTO)) {
            assertThat(again.engine.status().state()).isEqualTo(EngineState.STREAMING);
            shop.insert(2, 2);
            await().atMost(PATIENCE).until(() -> !again.events.isEmpty());
            assertThat(again.rows()).containsExactly("orders 2");
        }
    }

    @Test
    @DisplayName("PG-11: a backlog behind a pause longer than the idle interval arrives whole")
    void backlogSurvivesAnIdleInterval() {
        EngineOptions narrow = WatchedEngine.changesOnly().withQueue(3, MB);
        try (WatchedEngine source = new WatchedEngine(shop.options().build(), store, AckMode.AUTO, narrow).start()) {
            source.engine.pause();
            long before = lsn("SELECT pg_current_wal_insert_lsn()");
            for (int id = 1; id <= 20; id++) {
                shop.insert(id, id);
            }
            await().atMost(PATIENCE).until(() -> source.engine.status().buffered() > 0);
            write(shop.database, 3);
            source.idleFor(Duration.ofMinutes(10));
            LogRetention behind = awaitLook(source);
            await().atMost(PATIENCE)
                    .until(() -> source.engine.status().log().measuredAt().isAfter(behind.measuredAt()));
            assertThat(lsn(confirmed())).isLessThanOrEqualTo(before);
            source.engine.resume();
            await().atMost(PATIENCE).until(() -> source.events.size() == 20);
        }
    }

    @Test
    @DisplayName("PG-32: a fresh start on a slot that holds history: acknowledging it moves the slot")
    void historyOfASlotIsConfirmed() {
        shop.openFresh().close();
        shop.insert(1, 3);
        try (WatchedEngine source = engine(AckMode.AUTO)) {
            await().atMost(PATIENCE).until(() -> source.events.size() == 3);
            PostgresOffset last = (PostgresOffset) source.events.get(2).offset();
            await().atMost(PATIENCE).until(() -> lsn(confirmed()) > last.txCommitLsn());
        }
    }

    @Test
    @DisplayName("PG-12: with a backlog, what the server keeps is measured anew each time")
    void growthIsMeasuredWhileNothingMoves() {
        try (WatchedEngine source = engine(AckMode.AUTO)) {
            LogRetention first = awaitLook(source);
            assertThat(first.status()).isEqualTo("reserved");
            assertThat(first.safety()).isEqualTo(Safety.SAFE);
            assertThat(first.safeBytes()).as("without a limit").isNull();
            assertThat(first.read()).isTrue();
            assertThat(first.remedy()).contains("pg_drop_replication_slot('" + shop.slot + "')");
            source.engine.pause();
            shop.insert(1, 1);
            write(shop.database, 5);
            await().atMost(PATIENCE)
                    .until(() -> source.engine.status().log().unconfirmedBytes() > 5 * MB
                            && source.engine.status().log().retainedBytes() > 5 * MB);
        }
    }

    @Test
    @DisplayName("A kept connection that the server ended is replaced without a word; a stop ends it")
    void anEndedConnectionIsReplaced() {
        PostgresConnector connector = shop.connector();
        connector.open(StreamRequest.fresh()).close();
        try (SourceInspector inspector = connector.inspector()) {
            assertThat(inspector.inspect(false).log()).isNotNull();
            assertThat(inspector.inspect(false).log()).isNotNull();
            // Those of the stream that was closed just now may still be ending.
            await().atMost(PATIENCE)
                    .until(() -> shop.database.query("SELECT FROM " + lookers()).size() == 1);
            assertThat(shop.database.query("SELECT pg_terminate_backend(pid, 10000) FROM " + lookers()))
                    .hasSize(1);
            assertThat(inspector.inspect(false).log()).isNotNull();
        }
        await().atMost(PATIENCE)
                .until(() -> shop.database.query("SELECT FROM " + lookers()).isEmpty());
    }

    private String lookers() {
        return "pg_stat_activity WHERE application_name = 'rustcdc-shop' AND datname = '" + shop.database.name() + "'";
    }

    @Test
    @DisplayName("A slot at its limit: first safe bytes, then a warning, then a failed source that says how to go on")
    void aSlotBeyondItsLimit() {
        try (PostgresServer server = PostgresServer.builder()
                .setting("max_slot_wal_keep_size", "32MB")
                .setting("min_wal_size", "32MB")
                .setting("max_wal_size", "32MB")
                .start()) {
            PostgresFixture limited = new PostgresFixture(server.createDatabase());
            try (WatchedEngine source = new WatchedEngine(limited.options().build(), store, AckMode.MANUAL).start()) {
                assertThat(awaitLook(source).safeBytes()).isPositive();
                limited.insert(1, 1);
                await().atMost(PATIENCE).until(() -> source.events.size() == 1);
                for (int round = 0; round < 12 && !isLost(source); round++) {
                    write(limited.database, 8);
                    limited.database.sql("CHECKPOINT");
                }
                await().atMost(PATIENCE).until(() -> source.engine.status().state() == EngineState.FAILED);
                await().atMost(PATIENCE).until(() -> isLost(source));
                assertThat(source.engine.status().health().status()).isEqualTo(Status.FAILED);
                assertThat(source.engine.status().log().status()).isEqualTo("lost");
            }
        }
    }

    private static boolean isLost(WatchedEngine source) {
        LogRetention log = source.engine.status().log();
        return log != null && log.safety() == Safety.LOST;
    }

    private LogRetention awaitLook(WatchedEngine source) {
        await().atMost(PATIENCE).until(() -> source.engine.status().log() != null);
        // A new slot is read from the moment on when the stream starts, which is a little later.
        await().atMost(PATIENCE).until(() -> source.engine.status().log().read());
        return source.engine.status().log();
    }

    /** Writes that much log, and then some now and then, until the slot keeps next to nothing of it. */
    private void assertReleased(WatchedEngine source, PostgresDatabase busy, int megabytes) {
        write(busy, megabytes);
        await().atMost(PATIENCE).until(() -> {
            write(busy, 2);
            busy.sql("CHECKPOINT");
            source.idleFor(Duration.ofSeconds(31));
            assertThat(lsn(confirmed())).isLessThanOrEqualTo(source.savedLsn());
            return retained() < 8 * MB;
        });
    }

    private long retained() {
        return Long.parseLong(shop.database.value(
                "SELECT (pg_current_wal_lsn() - restart_lsn)::bigint FROM pg_replication_slots WHERE" + " slot_name = '"
                        + shop.slot + "'"));
    }

    /** To a table that nobody publishes. */
    private static void write(PostgresDatabase database, int megabytes) {
        database.sql(
                "CREATE TABLE IF NOT EXISTS noise (text text)",
                "INSERT INTO noise SELECT repeat('x', 1000) FROM generate_series(1, %d)".formatted(megabytes * 1000));
    }

    private String confirmed() {
        return "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = '" + shop.slot + "'";
    }

    private long lsn(String sql) {
        return Lsn.parse(shop.database.value(sql)).value();
    }

    private long lastSaved() {
        return ((PostgresOffset) store.load().orElseThrow().offset()).lsn();
    }

    private WatchedEngine engine(AckMode mode) {
        return new WatchedEngine(shop.options().build(), store, mode).start();
    }
}
