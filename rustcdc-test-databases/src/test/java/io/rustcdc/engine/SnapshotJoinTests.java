package io.rustcdc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.checkpoint.TableSnapshot.Phase;
import io.rustcdc.event.TableId;
import io.rustcdc.runtime.EngineOptions;
import io.rustcdc.runtime.LogWatchOptions;
import io.rustcdc.snapshot.SnapshotMode;
import io.rustcdc.snapshot.SnapshotOptions;
import io.rustcdc.source.TableFilter;
import io.rustcdc.test.databases.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Tables that join the publication of a source that has streamed for a while. */
class SnapshotJoinTests extends SnapshotFixture {

    private static PostgresServer server;

    @BeforeAll
    static void startServer() {
        server = PostgresServer.builder()
                .setting("max_prepared_transactions", "5")
                .start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Override
    PostgresServer server() {
        return server;
    }

    private static EngineOptions watched(SnapshotMode mode) {
        return EngineOptions.ofDefaults()
                .withSnapshot(new SnapshotOptions(mode, 10, 2, 0))
                .withLogWatch(LogWatchOptions.ofDefaults().withInterval(Duration.ofMillis(50)));
    }

    private CdcEngine copying(SnapshotMode mode, boolean mayAdd) {
        return copying(
                options(server.host(), server.port())
                        .tables(TableFilter.of("public.*"))
                        .createPublication(mayAdd),
                watched(mode));
    }

    private String publication() {
        return "cdc_" + database.name();
    }

    /** Captures all tables of a publication that only the test changes; there is a table beside it. */
    private CdcEngine besideATable(SnapshotMode mode, String key) {
        database.sql("CREATE PUBLICATION %s FOR TABLE orders".formatted(publication()));
        CdcEngine engine = copying(mode, false);
        engine.start();
        awaitComplete(engine);
        database.sql(
                "CREATE TABLE customers (id int%s, note text)".formatted(key),
                "ALTER TABLE customers REPLICA IDENTITY FULL",
                "INSERT INTO customers SELECT i, 'before' FROM generate_series(1, 50) i");
        return engine;
    }

    private void addCustomers() {
        database.sql("ALTER PUBLICATION %s ADD TABLE customers".formatted(publication()));
    }

    private static void awaitPhase(CdcEngine engine, String table, Phase phase) {
        await().atMost(PATIENCE)
                .until(() -> engine.snapshots()
                        .state()
                        .flatMap(state -> state.of(new TableId("public", table)))
                        .map(TableSnapshot::phase)
                        .filter(phase::equals)
                        .isPresent());
    }

    /** An open transaction that has changed rows of the table that is about to join. */
    private final class Open implements AutoCloseable {

        private final Connection connection = database.connect();

        Open() throws SQLException {
            connection.setAutoCommit(false);
            run("INSERT INTO customers VALUES (100, 'in between')");
            run("UPDATE customers SET note = 'changed' WHERE id = 7");
        }

        void run(String sql) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }

    /** What waits for a transaction does not hold up other tables, nor changes. */
    private void assertNothingIsReadYet(CdcEngine engine) {
        int before = readIds("orders").size();
        int rows = Integer.parseInt(database.value("SELECT count(*) FROM orders"));
        request(engine, null, "public.orders");
        awaitPhase(engine, "orders", Phase.COMPLETE);
        await().atMost(PATIENCE).until(() -> readIds("orders").size() == before + rows);
        insert(rows + 1, rows + 1);
        awaitCopy("orders");
        assertThat(readIds("customers")).isEmpty();
        assertThat(progress(engine, "customers").incarnation().joining()).isTrue();
    }

    @Test
    void aNewTableIsReadWithoutARestart() {
        insert(1, 5);
        CdcEngine engine = copying(SnapshotMode.INITIAL, true);
        engine.start();
        awaitComplete(engine);
        database.transaction(
                "CREATE TABLE customers (id int PRIMARY KEY, note text)",
                "INSERT INTO customers SELECT i, 'n' FROM generate_series(1, 50) i");
        awaitPhase(engine, "customers", Phase.COMPLETE);
        awaitCopy("customers", "orders");
        assertThat(readIds("customers")).isEqualTo(numbers(1, 50));
        assertThat(readIds("orders")).as("what was read stays read").isEqualTo(numbers(1, 5));
        assertThat(progress(engine, "customers").incarnation().joining()).isFalse();

        awaitSaved(engine);
        engine.stop();
        engine.start();
        awaitComplete(engine);
        assertThat(readIds("customers")).hasSize(50);
    }

    @Test
    @DisplayName("Rows wait for transactions that ran when the table joined: what they had done is not in the stream")
    void waitsForTransactionsThatRanAtTheJoin() throws Exception {
        CdcEngine engine = besideATable(SnapshotMode.INITIAL, " PRIMARY KEY");
        try (Open open = new Open()) {
            addCustomers();
            awaitPhase(engine, "customers", Phase.PENDING);
            assertNothingIsReadYet(engine);
            open.run("COMMIT");
        }
        awaitPhase(engine, "customers", Phase.COMPLETE);
        awaitCopy("customers");
        assertThat(readIds("customers")).hasSize(51).contains(100);
        database.sql("UPDATE customers SET note = 'later'");
        awaitCopy("customers");
    }

    @Test
    @DisplayName(
            "A table without a key waits, too, also for a transaction that is prepared meanwhile and then rolled back")
    void aTableWithoutAKeyWaitsForAPreparedTransaction() throws Exception {
        CdcEngine engine = besideATable(SnapshotMode.INITIAL, "");
        String gid = "joins_" + database.name();
        try (Open open = new Open()) {
            addCustomers();
            awaitPhase(engine, "customers", Phase.PENDING);
            assertNothingIsReadYet(engine);
            open.run("PREPARE TRANSACTION '%s'".formatted(gid));
        }
        try {
            assertNothingIsReadYet(engine);
        } finally {
            database.sql("ROLLBACK PREPARED '%s'".formatted(gid));
        }
        awaitPhase(engine, "customers", Phase.COMPLETE);
        await().atMost(PATIENCE).until(() -> readIds("customers").size() == 50);
        assertThat(readIds("customers")).doesNotContain(100);
    }

    @Test
    @DisplayName("A restart before the join was seen, and one after it, wait for the transactions as well")
    void waitsAfterARestart() throws Exception {
        CdcEngine engine = besideATable(SnapshotMode.INITIAL, " PRIMARY KEY");
        engine.stop();
        try (Open open = new Open()) {
            addCustomers();
            engine.start();
            awaitPhase(engine, "customers", Phase.PENDING);
            assertNothingIsReadYet(engine);
            engine.stop();
            engine.start();
            awaitPhase(engine, "customers", Phase.PENDING);
            assertNothingIsReadYet(engine);
            open.run("COMMIT");
        }
        awaitPhase(engine, "customers", Phase.COMPLETE);
        awaitCopy("customers");
        assertThat(readIds("customers")).contains(100);
    }

    @Test
    @DisplayName("Under never a table that joins is a gap; when its rows are requested, they wait, too")
    void underNeverItIsAGap() throws Exception {
        CdcEngine engine = besideATable(SnapshotMode.NEVER, " PRIMARY KEY");
        try (Open open = new Open()) {
            addCustomers();
            awaitPhase(engine, "customers", Phase.SKIPPED);
            request(engine, null, "public.customers");
            assertNothingIsReadYet(engine);
            open.run("COMMIT");
        }
        awaitCopy("customers");
    }

    @Test
    @DisplayName("A table that was dropped and created again is read, whether the source ran meanwhile or not")
    void aTableThatWasCreatedAgainIsRead() {
        insert(1, 5);
        CdcEngine engine = copying(SnapshotMode.INITIAL, true);
        engine.start();
        awaitComplete(engine);
        createOrdersAgain(11, 20);
        await().atMost(PATIENCE).until(() -> readIds("orders").containsAll(numbers(11, 20)));
        awaitComplete(engine);
        awaitSaved(engine);
        engine.stop();
        createOrdersAgain(21, 30);
        engine.start();
        await().atMost(PATIENCE).until(() -> readIds("orders").containsAll(numbers(21, 30)));
        awaitComplete(engine);
        assertThat(readIds("orders")).hasSize(25);
    }

    private void createOrdersAgain(int from, int to) {
        database.transaction(
                "DROP TABLE orders",
                "CREATE TABLE orders (id bigint PRIMARY KEY, note text)",
                "INSERT INTO orders SELECT i, 'again' FROM generate_series(%d, %d) i".formatted(from, to));
    }
}
