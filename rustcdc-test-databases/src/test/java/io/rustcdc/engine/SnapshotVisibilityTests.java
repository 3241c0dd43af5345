package io.rustcdc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.observe.EngineState;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A commit that waits for a standby is in the log, and in the stream, but no snapshot shows it. */
class SnapshotVisibilityTests extends SnapshotFixture {

    private static PostgresServer server;

    @BeforeAll
    static void startServer() {
        server = PostgresServer.builder().start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Override
    PostgresServer server() {
        return server;
    }

    /**
     * Commits wait from when the checkpointer has taken up the setting, a moment after sessions show it. It takes up new settings
     * before each checkpoint; one that it was about to begin may have missed this one, hence a second.
     */
    private void standbys(String names) {
        PostgresDatabase postgres = server.database("postgres");
        postgres.sql("ALTER SYSTEM SET synchronous_standby_names = '%s'".formatted(names), "SELECT pg_reload_conf()");
        await().atMost(PATIENCE).until(() -> names.equals(postgres.value("SHOW synchronous_standby_names")));
        postgres.sql("CHECKPOINT", "CHECKPOINT");
    }

    /** Runs the statement; its commit hangs until there is no standby to wait for any more. */
    private CompletableFuture<Void> hanging(String sql) {
        return CompletableFuture.runAsync(() -> database.sql(sql), task -> new Thread(task, "hanging").start());
    }

    /** Until a reader looks whether it may begin. */
    private void awaitWaiting() {
        await().atMost(PATIENCE)
                .until(() -> !database.query(
                                "SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SELECT pg_current_snapshot()%' AND pid <> pg_backend_pid()")
                        .isEmpty());
    }

    private List<String> notes(int id) {
        return events().stream()
                .filter(event -> ((Number) event.after().get("id")).intValue() == id)
                .map(event -> event.operation() + " " + event.after().get("note"))
                .toList();
    }

    @Test
    @DisplayName("PG-27: rows that lack a change which the stream has delivered already are not delivered after it")
    void waitsForWhatIsInTheLogButNotVisible() throws Exception {
        insert(1, 100);
        CdcEngine engine = copying(onRequest(10));
        engine.start();
        CompletableFuture<Void> commit;
        standbys("nobody");
        try {
            commit = hanging("UPDATE orders SET note = 'late' WHERE id = 5");
            await().atMost(PATIENCE).until(() -> notes(5).equals(List.of("UPDATE late")));
            assertThat(database.value("SELECT note FROM orders WHERE id = 5")).isEqualTo("n");
            request(engine, null, "public.orders");
            awaitWaiting();
            assertThat(reads("orders")).isEmpty();
        } finally {
            standbys("");
        }
        commit.get(30, TimeUnit.SECONDS);
        awaitComplete(engine);
        awaitCopy("orders");
        assertThat(notes(5)).isEqualTo(List.of("UPDATE late", "READ late"));
        assertThat(readIds("orders")).isEqualTo(numbers(1, 100));
    }

    @Test
    @DisplayName("PG-27: neither are they when an earlier connection has delivered the change")
    void remembersWhatAnEarlierConnectionDelivered() throws Exception {
        insert(1, 100);
        CdcEngine engine = copying(onRequest(10));
        engine.start();
        CompletableFuture<Void> commit;
        standbys("nobody");
        try {
            commit = hanging("UPDATE orders SET note = 'late' WHERE id = 5");
            await().atMost(PATIENCE).until(() -> notes(5).equals(List.of("UPDATE late")));
            awaitSaved(engine);
            engine.stop();
            CdcEngine next = copying(onRequest(10));
            next.start();
            awaitState(next, EngineState.STREAMING);
            request(next, null, "public.orders");
            awaitWaiting();
            assertThat(reads("orders")).isEmpty();
            standbys("");
            commit.get(30, TimeUnit.SECONDS);
            awaitComplete(next);
        } finally {
            standbys("");
        }
        awaitCopy("orders");
        assertThat(notes(5)).isEqualTo(List.of("UPDATE late", "READ late"));
    }

    @Test
    @DisplayName("PG-27, SN-R4: a table without a key is read in a view that has what was delivered before")
    void waitsForTablesWithoutAKeyToo() throws Exception {
        database.sql(
                "CREATE TABLE plain (id int, note text)",
                "ALTER TABLE plain REPLICA IDENTITY FULL",
                "INSERT INTO plain SELECT i, 'n' FROM generate_series(1, 50) i");
        CdcEngine engine = copying(onRequest(10));
        engine.start();
        CompletableFuture<Void> commit;
        standbys("nobody");
        try {
            commit = hanging("INSERT INTO plain VALUES (51, 'late')");
            await().atMost(PATIENCE).until(() -> notes(51).equals(List.of("INSERT late")));
            request(engine, null, "public.plain");
            awaitWaiting();
        } finally {
            standbys("");
        }
        commit.get(30, TimeUnit.SECONDS);
        awaitComplete(engine);
        await().atMost(PATIENCE).until(() -> reads("plain").size() >= 51);
        assertThat(readIds("plain")).containsExactlyInAnyOrderElementsOf(numbers(1, 51));
    }
}
