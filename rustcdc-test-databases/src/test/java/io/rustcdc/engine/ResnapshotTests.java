package io.rustcdc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.observe.EngineState;
import io.rustcdc.runtime.EngineOptions;
import io.rustcdc.runtime.OnPositionLost;
import io.rustcdc.test.databases.PostgresServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A copy becomes right again behind a lost position, except for rows that were deleted meanwhile. */
class ResnapshotTests extends SnapshotFixture {

    private static PostgresServer server;

    @BeforeAll
    static void startServer() {
        server = PostgresServer.builder().setting("min_wal_size", "32MB").start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Override
    PostgresServer server() {
        return server;
    }

    private static EngineOptions resnapshot() {
        return chunksOf(10).withOnPositionLost(OnPositionLost.RESNAPSHOT);
    }

    private String slot() {
        return "cdc_" + database.name();
    }

    private CdcEngine engineWithACopy(EngineOptions options) {
        insert(1, 50);
        database.sql("CREATE TABLE lines (id int, note text)", "INSERT INTO lines VALUES (1, 'a'), (2, 'b')");
        database.sql("ALTER TABLE lines REPLICA IDENTITY FULL");
        CdcEngine engine = copying(options);
        engine.start();
        awaitComplete(engine);
        awaitCopy("orders");
        assertThat(readIds("lines")).containsExactly(1, 2);
        awaitSaved(engine);
        return engine;
    }

    /** Changes of each kind that nobody will deliver, but for the deletes. */
    private void changeInTheGap() {
        database.sql(
                "UPDATE orders SET note = 'changed' WHERE id % 3 = 0",
                "INSERT INTO orders VALUES (51, 'new')", "INSERT INTO lines VALUES (3, 'c')");
    }

    private void assertBecomesRight(CdcEngine engine) {
        awaitCopy("orders");
        awaitComplete(engine);
        await().atMost(PATIENCE).until(() -> readIds("lines").size() == 5);
        assertThat(readIds("lines")).containsExactly(1, 2, 1, 2, 3);
        assertThat(readIds("orders")).hasSize(101);
        database.sql("UPDATE orders SET note = 'later' WHERE id < 10", "DELETE FROM orders WHERE id = 20");
        awaitCopy("orders");
        assertThat(progress(engine, "orders").generation()).isGreaterThan(1);

        engine.stop();
        engine.start();
        awaitComplete(engine);
        insert(60, 60);
        awaitCopy("orders");
        assertThat(readIds("orders")).as("read again once").hasSize(101);
    }

    @Test
    @DisplayName("A slot that was dropped while the source was stopped")
    void theSlotWasDropped() {
        CdcEngine engine = engineWithACopy(resnapshot());
        engine.stop();
        database.dropSlot(slot());
        changeInTheGap();
        engine.start();
        assertBecomesRight(engine);
    }

    @Test
    @DisplayName("A slot that was moved on by somebody else is kept, and the rows are read in chunks")
    void theSlotWasMoved() {
        CdcEngine engine = engineWithACopy(resnapshot());
        engine.stop();
        changeInTheGap();
        await().until(() -> activePid().equals("null")); // a moment after the stop, if the server is slow
        database.value("SELECT pg_replication_slot_advance('%s', pg_current_wal_insert_lsn())".formatted(slot()));
        engine.start();
        assertBecomesRight(engine);
        assertThat(progress(engine, "orders").chunks()).isGreaterThan(4);
    }

    @Test
    @DisplayName("A slot that was invalidated by max_slot_wal_keep_size while the source could not keep up")
    void theSlotWasInvalidated() {
        CdcEngine engine = engineWithACopy(resnapshot());
        engine.stop();
        changeInTheGap();
        limitSlots("1MB");
        try {
            for (int segment = 0; segment < 4; segment++) {
                database.sql("CREATE TABLE filler AS SELECT 1", "DROP TABLE filler", "SELECT pg_switch_wal()");
            }
            database.sql("CHECKPOINT");
            assertThat(database.value(
                            "SELECT wal_status FROM pg_replication_slots WHERE slot_name = '%s'".formatted(slot())))
                    .isEqualTo("lost");
        } finally {
            limitSlots("-1");
        }
        engine.start();
        assertBecomesRight(engine);
    }

    private void limitSlots(String size) {
        database.sql("ALTER SYSTEM SET max_slot_wal_keep_size = '%s'".formatted(size), "SELECT pg_reload_conf()");
        await().atMost(PATIENCE).until(() -> size.equals(database.value("SHOW max_slot_wal_keep_size")));
    }

    @Test
    @DisplayName("Without the setting the source fails; what its message says makes the copy right")
    void byHandInTwoSteps() {
        CdcEngine engine = engineWithACopy(chunksOf(10));
        engine.stop();
        database.dropSlot(slot());
        changeInTheGap();
        engine.start();
        awaitState(engine, EngineState.FAILED);
        assertThat(engine.status().health().action())
                .containsSubsequence("\"action\": \"accept-gap\"", "\"action\": \"snapshot\", \"tables\": \"*\"");
        engine.acceptGap("ada");
        awaitState(engine, EngineState.STREAMING);
        assertThat(readIds("orders")).as("nothing is read by itself").hasSize(50);
        request(engine, null, "*");
        awaitComplete(engine);
        assertBecomesRight(engine);
    }
}
