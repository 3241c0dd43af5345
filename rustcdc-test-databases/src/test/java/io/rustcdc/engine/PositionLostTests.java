package io.rustcdc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rustcdc.CdcEngine;
import io.rustcdc.observe.EngineState;
import io.rustcdc.observe.HealthVerdict.Status;
import io.rustcdc.test.databases.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Positions that a server loses, and how a source goes on when an operator accepts that. */
class PositionLostTests extends EngineFixture {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path data;

    private PostgresServer server;

    @Override
    PostgresServer server() {
        if (server == null) {
            PostgresServer.Builder builder = PostgresServer.builder().setting("min_wal_size", "32MB");
            if (PostgresServer.isEmbedded()) {
                builder.dataDirectory(data.resolve("pgdata"));
            }
            server = builder.start();
        }
        return server;
    }

    @Override
    void dropDatabase() {
        // It ends with its server.
    }

    @AfterEach
    void stopTheServer() {
        server.close();
    }

    private String slot() {
        return "cdc_" + database.name();
    }

    private String slotColumn(String column) {
        return database.value("SELECT %s FROM pg_replication_slots WHERE slot_name = '%s'".formatted(column, slot()));
    }

    private CdcEngine engineThatDelivered(int rows) {
        CdcEngine engine = engine();
        engine.start();
        insert(1, rows);
        awaitDelivered(rows);
        awaitSaved(engine);
        return engine;
    }

    /** Writes more log than the server keeps for a slot. */
    private void removeLog() {
        for (int segment = 0; segment < 4; segment++) {
            database.sql("CREATE TABLE filler AS SELECT 1", "DROP TABLE filler", "SELECT pg_switch_wal()");
        }
        database.sql("CHECKPOINT");
    }

    private void assertLost(CdcEngine engine, String finding) {
        awaitState(engine, EngineState.FAILED);
        assertThat(engine.status().health().status()).isEqualTo(Status.FAILED);
        assertThat(engine.status().health().reason())
                .startsWith("postgres checkpoint/slot divergence for slot '" + slot() + "'")
                .contains(finding);
        assertThat(engine.status().health().action()).contains("accept-gap").contains("/actuator/cdc/shop");
    }

    /** Goes on after the gap, delivers what comes, and knows its position after the next restart. */
    private void assertGoesOn(CdcEngine engine, int from, int to) {
        int before = delivered.size();
        long committed = engine.status().committedCount();
        engine.acceptGap("ada");
        assertThat(engine.status().state()).isEqualTo(EngineState.STREAMING);
        insert(from, to);
        awaitDelivered(before + to - from + 1);
        awaitSaved(engine);
        assertThat(delivered.subList(before, delivered.size())).isEqualTo(ids(from, to));
        assertThat(engine.status().committedCount()).isEqualTo(committed + to - from + 1);
        engine.stop();
        insert(to + 1, to + 5);
        engine.start();
        awaitDelivered(before + to - from + 6);
        assertThat(delivered.subList(before, delivered.size())).isEqualTo(ids(from, to + 5));
    }

    @Test
    @DisplayName(
            "A slot invalidated while the source runs: the reconnect ends in FAILED with the reason, not in retries")
    void invalidatedWhileRunning() {
        CdcEngine engine = engineThatDelivered(3);
        database.sql("ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'", "SELECT pg_reload_conf()");
        engine.pause();
        insert(4, 6);
        await().atMost(PATIENCE).until(() -> engine.status().buffered() == 3);

        await().atMost(PATIENCE).until(() -> {
            removeLog();
            return "lost".equals(slotColumn("wal_status"));
        });

        assertLost(engine, "the server has invalidated the slot");
        engine.start();
        assertLost(engine, "the server has invalidated the slot");
        assertThat(slotColumn("wal_status"))
                .as("nothing is created anew by itself")
                .isEqualTo("lost");
        assertGoesOn(engine, 11, 20);
        assertThat(delivered).doesNotContain("4", "5", "6");
    }

    @Test
    @DisplayName("A slot dropped while the connection is lost: FAILED, and not created again")
    void droppedWhileReconnecting() {
        CdcEngine engine = engineThatDelivered(3);
        // The source may be back before the slot is dropped.
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> database.sql("""
                DO $$BEGIN
                  PERFORM pg_terminate_backend(active_pid, 10000) FROM pg_replication_slots WHERE slot_name = '%1$s';
                  PERFORM pg_drop_replication_slot('%1$s');
                END$$
                """.formatted(slot())));

        assertLost(engine, "slot does not exist, checkpoint=");
        engine.start();
        assertLost(engine, "slot does not exist, checkpoint=");
        assertThat(slotColumn("slot_name")).isNull();
        insert(4, 6);
        assertGoesOn(engine, 11, 20);
    }

    @Test
    @EnabledIf("io.rustcdc.test.databases.PostgresServer#isEmbedded")
    @DisplayName("Log files removed behind the server's back: the slot looks sound and cannot be read")
    void removedLogFiles() throws IOException {
        CdcEngine engine = engineThatDelivered(3);
        engine.stop();
        String needed =
                database.value("SELECT pg_walfile_name(restart_lsn) FROM pg_replication_slots WHERE slot_name = '%s'"
                        .formatted(slot()));
        database.sql("SELECT pg_switch_wal()");
        insert(4, 6);
        database.sql("CHECKPOINT");
        server.stop();
        Files.delete(data.resolve("pgdata/pg_wal").resolve(needed));
        server.start();
        assertThat(slotColumn("wal_status")).isNotEqualTo("lost");

        engine.start();

        assertLost(engine, "the server no longer has the WAL that the slot needs");
        assertGoesOn(engine, 11, 20);
    }

    @Test
    @EnabledIf("io.rustcdc.test.databases.PostgresServer#isEmbedded")
    @DisplayName("PG-R9: a server put back to an older copy of its data: refused, then accepted at a lower position")
    void restoredFromAnOlderCopy() throws IOException {
        CdcEngine engine = engineThatDelivered(3);
        engine.stop();
        server.stop();
        copy(data.resolve("pgdata"), data.resolve("copy"));
        server.start();
        engine.start();
        insert(4, 2000);
        awaitDelivered(2000);
        awaitSaved(engine);
        engine.stop();
        long lost = (Long) engine.status().offset().fields().get("lsn");
        server.stop();
        copy(data.resolve("copy"), data.resolve("pgdata"));
        server.start();

        engine.start();

        assertLost(engine, "lies beyond the end of the server's log");
        database.sql("ALTER TABLE orders ADD COLUMN remark text");
        engine.acceptGap("ada");
        await().atMost(PATIENCE)
                .until(() -> (Long) engine.status().offset().fields().get("lsn") < lost);
        insertWithRemark(4001);
        await().atMost(PATIENCE).until(() -> delivered.contains("4001"));
        List<String> again = delivered.subList(2000, delivered.size() - 2);
        assertThat(again)
                .as("before version 17 a server that stops forgets how far its slots were confirmed")
                .isEqualTo(ids(1, 3).subList(0, again.size()));
        assertThat(delivered)
                .as("the shape differs from the one that was known, whatever the old positions say")
                .endsWith("schema_change", "4001");
        engine.stop();
        insertWithRemark(4002);
        engine.start();
        await().atMost(PATIENCE).until(() -> delivered.contains("4002"));
        assertThat(delivered).endsWith("4001", "4002");
        try (Stream<Path> files = Files.list(directory.resolve("shop"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .filteredOn(name -> name.startsWith("checkpoint_postgres.json."))
                    .hasSize(1);
        }
    }

    @Test
    @DisplayName("A slot that PostgreSQL 18 gives up because nobody reads it")
    void idleForTooLong() {
        assumeTrue(
                Integer.parseInt(server().database("postgres").value("SHOW server_version_num")) >= 180000,
                "idle_replication_slot_timeout came with PostgreSQL 18");
        CdcEngine engine = engineThatDelivered(3);
        engine.stop();
        database.sql("ALTER SYSTEM SET idle_replication_slot_timeout = '1s'", "SELECT pg_reload_conf()");
        await().atMost(PATIENCE).until(() -> {
            database.sql("CHECKPOINT");
            return "idle_timeout".equals(slotColumn("invalidation_reason"));
        });
        database.sql("ALTER SYSTEM RESET idle_replication_slot_timeout", "SELECT pg_reload_conf()");

        engine.start();

        assertLost(engine, "the server has invalidated the slot (idle_timeout)");
        assertGoesOn(engine, 11, 20);
    }

    private void insertWithRemark(int id) {
        database.sql("INSERT INTO orders (id, note, remark) VALUES (%d, 'n', 'r')".formatted(id));
    }

    private static void copy(Path from, Path to) throws IOException {
        if (Files.exists(to)) {
            try (Stream<Path> files = Files.walk(to)) {
                for (Path file :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        List<Path> files;
        try (Stream<Path> walk = Files.walk(from)) {
            files = walk.toList();
        }
        for (Path file : files) {
            Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
        }
    }
}
