package io.rustcdc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.TableSnapshot.Phase;
import io.rustcdc.event.Operation;
import io.rustcdc.observe.EngineState;
import io.rustcdc.runtime.EngineOptions;
import io.rustcdc.snapshot.SnapshotMode;
import io.rustcdc.snapshot.SnapshotOptions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables that are changed in shape, or go away, while their rows are read. */
class SnapshotDdlTests extends SnapshotFixture {

    private CdcEngine engine;
    private CountDownLatch go;

    /** One worker is in the middle of 'early', the consumer stands still, and 'late' is not begun. */
    private void beginTheFirstLoad() throws InterruptedException {
        for (String name : List.of("early", "late")) {
            database.sql(
                    "CREATE TABLE %s (id int PRIMARY KEY, v int NOT NULL, note text)".formatted(name),
                    "INSERT INTO %s SELECT i, i, 'n' FROM generate_series(1, 1000) i".formatted(name));
        }
        CountDownLatch reached = new CountDownLatch(1);
        go = blockAtRead(20, reached);
        engine = copying(EngineOptions.ofDefaults()
                .withSnapshot(new SnapshotOptions(SnapshotMode.INITIAL, 50, 1, 0))
                .withQueue(50, 100_000));
        engine.start();
        assertThat(reached.await(60, TimeUnit.SECONDS)).isTrue();
        // Whoever reads has this mode; an autovacuum has another one.
        assertThat(database.value(
                        "SELECT count(*) FROM pg_locks WHERE relation = 'late'::regclass AND mode = 'AccessShareLock'"))
                .isEqualTo("0");
    }

    private void awaitRead() {
        go.countDown();
        awaitComplete(engine);
        awaitSaved(engine);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE late ADD COLUMN more int DEFAULT 7",
                "ALTER TABLE late DROP COLUMN note",
                "ALTER TABLE late RENAME COLUMN note TO remark",
                "ALTER TABLE late ALTER COLUMN v TYPE bigint",
                "TRUNCATE late"
            })
    @DisplayName("SN-R3: the first load goes on over a table that was changed before its turn")
    void aTableIsChangedBeforeItsTurn(String change) throws Exception {
        beginTheFirstLoad();
        database.sql(change, "INSERT INTO late (id, v) VALUES (1001, 1)");
        awaitRead();
        database.sql("UPDATE late SET v = v + 1");
        awaitCopy("early", "late");
        assertThat(readIds("early")).isEqualTo(numbers(1, 1000));
        assertThat(progress(engine, "late").phase()).isEqualTo(Phase.COMPLETE);
        assertThat(engine.status().state()).isEqualTo(EngineState.STREAMING);
    }

    @Test
    @DisplayName("the first load reads a table whose key was changed before its turn")
    void aKeyIsChangedBeforeItsTurn() throws Exception {
        beginTheFirstLoad();
        database.sql("ALTER TABLE late DROP CONSTRAINT late_pkey, ADD PRIMARY KEY (v, id)");
        awaitRead();
        assertThat(readIds("late")).isEqualTo(numbers(1, 1000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"DROP TABLE late", "ALTER TABLE late RENAME TO later"})
    @DisplayName("the first load leaves out a table that is gone before its turn")
    void aTableIsGoneBeforeItsTurn(String change) throws Exception {
        beginTheFirstLoad();
        database.sql(change);
        awaitRead();
        assertThat(readIds("early")).isEqualTo(numbers(1, 1000));
        assertThat(progress(engine, "late").phase()).isEqualTo(Phase.GONE);
        database.sql("UPDATE early SET v = 0");
        awaitCopy("early");
        awaitState(engine, EngineState.STREAMING);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ALTER TABLE early ADD COLUMN more int", "ALTER TABLE early DROP COLUMN note", "DROP TABLE early"
            })
    @DisplayName("a change of the table that the first load is in the middle of waits for its rows, and then comes")
    void aTableIsChangedInTheMiddle(String change) throws Exception {
        beginTheFirstLoad();
        CompletableFuture<Void> changed = CompletableFuture.runAsync(() -> database.sql(change));
        await().atMost(PATIENCE)
                .until(() -> !"0"
                        .equals(database.value(
                                "SELECT count(*) FROM pg_locks WHERE relation = 'early'::regclass AND NOT granted")));
        awaitRead();
        changed.get(30, TimeUnit.SECONDS);
        assertThat(readIds("early")).isEqualTo(numbers(1, 1000));
        assertThat(readIds("late")).isEqualTo(numbers(1, 1000));
        if (!change.startsWith("DROP TABLE")) {
            database.sql("UPDATE early SET v = 0");
            awaitCopy("early");
        }
        database.sql("UPDATE late SET v = 0");
        awaitCopy("late");
    }

    @Test
    @DisplayName("SN-R3: a table that is dropped, renamed, truncated, altered or rewritten while it is read in chunks")
    void survivesDdl() {
        for (String name :
                List.of("dropped", "renamed", "truncated", "widened", "narrowed", "relabelled", "rewritten")) {
            database.sql(
                    "CREATE TABLE %s (id int PRIMARY KEY, v int, note text)".formatted(name),
                    "INSERT INTO %s SELECT i, i, 'n' FROM generate_series(1, 600) i".formatted(name));
        }
        for (String gone : List.of("dropped", "renamed")) { // in the middle for long enough
            database.sql("INSERT INTO %s SELECT i, i, 'n' FROM generate_series(601, 20000) i".formatted(gone));
        }
        CdcEngine engine = copying(slowly(20, 2000));
        engine.start();
        request(engine, null, "public.*");
        halfway("dropped");
        database.sql("DROP TABLE dropped");
        halfway("narrowed");
        alter("narrowed", "DROP COLUMN note");
        halfway("relabelled");
        alter("relabelled", "RENAME COLUMN note TO remark");
        halfway("renamed");
        alter("renamed", "RENAME TO other");
        halfway("rewritten");
        alter("rewritten", "ALTER COLUMN v TYPE bigint");
        halfway("truncated");
        database.sql("TRUNCATE truncated", "INSERT INTO truncated VALUES (1, 1, 'new')");
        halfway("widened");
        alter("widened", "ADD COLUMN more int");
        awaitComplete(engine);
        for (String gone : List.of("dropped", "renamed")) {
            assertThat(progress(engine, gone).phase()).isEqualTo(Phase.GONE);
        }
        database.sql("UPDATE other SET v = 0", "UPDATE relabelled SET v = 0");
        awaitCopy("narrowed", "relabelled", "rewritten", "truncated", "widened", "other");
        assertThat(engine.status().state()).isEqualTo(EngineState.STREAMING);
        assertThat(readIds("rewritten")).containsAll(numbers(1, 600));
    }

    /** The stream tells of another shape only where it has told of one before. */
    private void alter(String table, String change) {
        database.sql("UPDATE %s SET v = 1 WHERE id = 1".formatted(table));
        await().atMost(PATIENCE)
                .until(() -> events().stream()
                        .anyMatch(event -> event.operation() == Operation.UPDATE
                                && event.table().name().equals(table)));
        database.sql("ALTER TABLE %s %s".formatted(table, change));
        String name = change.startsWith("RENAME TO ") ? change.substring(10) : table;
        database.sql("UPDATE " + name + " SET v = 2 WHERE id % 2 = 1");
    }

    private void halfway(String table) {
        await().atMost(PATIENCE).until(() -> reads(table).size() >= 40);
    }
}
