package io.rustcdc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.TableSnapshot.Phase;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.observe.EngineState;
import io.rustcdc.snapshot.SnapshotMode;
import io.rustcdc.source.sqlserver.SqlServerKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Existing rows and changes together. */
abstract class SqlServerSnapshotContract extends SqlServerSnapshotFixture {

    private static final int ROWS = 3000;

    SqlServerSnapshotContract(SqlServerKind kind) {
        super(kind);
    }

    @Test
    @DisplayName("SN-R6, SN-21: the rows of an idle database arrive, each once, and changes after them")
    void deliversExistingRows() {
        createItems(2500);
        CdcEngine engine = copying(initially(100));
        engine.start();
        awaitComplete(engine);
        awaitCopy("items");
        assertThat(readIds("items")).isEqualTo(numbers(1, 2500));
        database.sql("UPDATE items SET note = N'changed' WHERE id % 2 = 0", "DELETE FROM items WHERE id % 3 = 0");
        awaitCopy("items");
        assertThat(consumer.reads("items")).hasSize(2500);
    }

    @Test
    @DisplayName("MS-R6: the rows of a key of two columns come in chunks, none twice and none left out, also under a"
            + " condition")
    void readsCompositeKeys() {
        create("parts", "a int, b int, note nvarchar(100), PRIMARY KEY (a, b)");
        for (int a = 1; a <= 20; a++) {
            List<String> rows = new ArrayList<>();
            for (int b = 1; b <= 37; b++) {
                rows.add("(%d, %d, N'%d/%d')".formatted(a, b, a, b));
            }
            database.sql("INSERT INTO parts VALUES " + String.join(", ", rows));
        }
        database.capture(); // or rows that the agent has not copied yet come as changes
        CdcEngine engine = copying(initially(10));
        engine.start();
        awaitComplete(engine);
        awaitCopy("parts");
        assertThat(consumer.reads("parts")).hasSize(740);
        request(engine, "b % 2 = 0 OR a = 3", "parts");
        awaitComplete(engine);
        await().atMost(PATIENCE).until(() -> consumer.reads("parts").size() >= 740 + 379);
        assertThat(consumer.reads("parts").stream().skip(740).map(SqlServerSnapshotFixture::noteOf))
                .hasSize(379)
                .doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("SN-03: what 4 writers do while rows are read, with other keys too, is in the copy")
    void convergesUnderWrites() throws Exception {
        createItems(ROWS);
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> writers = start(4, () -> write(stop));
        CdcEngine engine = copying(initially(50));
        engine.start();
        awaitComplete(engine);
        for (int i = 0; i < 2; i++) {
            request(engine, null, "items");
            awaitComplete(engine);
        }
        stop.set(true);
        for (Thread writer : writers) {
            writer.join();
        }
        awaitCopy("items");
        assertThat(consumer.reads("items").size()).isGreaterThan(ROWS);
    }

    static List<Thread> start(int count, Runnable work) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(work);
            threads.add(thread);
            thread.start();
        }
        return threads;
    }

    void write(AtomicBoolean stop) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        while (!stop.get()) {
            int id = random.nextInt(1, ROWS);
            String sql = switch (random.nextInt(5)) {
                case 0 -> "DELETE FROM items WHERE id = " + id;
                case 1 -> "INSERT INTO items VALUES (%d, N'again')".formatted(id);
                case 2 -> "UPDATE items SET id = %d WHERE id = %d".formatted(random.nextInt(1, ROWS), id);
                default -> "UPDATE items SET note = N'w%d' WHERE id = %d".formatted(random.nextInt(), id);
            };
            try {
                atLeisure(sql);
            } catch (IllegalStateException e) {
                // The key is taken, or two writers met.
            }
        }
    }

    /**
     * Runs a statement and then rests for many times as long. A reading ends when the stream has got to where the log ended then:
     * writers that are always faster than the capture process would put that off for ever, and where each statement takes long they
     * are, if they rest for a fixed time.
     */
    void atLeisure(String sql) {
        long begin = System.nanoTime();
        try {
            database.sql(sql);
        } finally {
            long took = System.nanoTime() - begin;
            LockSupport.parkNanos(Math.min(Math.max(9 * took, 1_000_000), 100_000_000));
        }
    }

    @Test
    @DisplayName("A row that is committed while the source begins is read or streamed, whatever the moment")
    void losesNoRowAtTheBegin() throws Exception {
        create("items", "id int IDENTITY(1,1) PRIMARY KEY, note nvarchar(100)");
        for (int i = 0; i < 3; i++) {
            AtomicBoolean stop = new AtomicBoolean();
            List<Thread> writers = start(4, () -> insertUntil(stop));
            await().until(() -> !source("items").isEmpty());
            forgetCheckpoint();
            CdcEngine engine = copying(initially(1000));
            engine.start();
            awaitComplete(engine);
            stop.set(true);
            for (Thread writer : writers) {
                writer.join();
            }
            awaitCopy("items");
            engine.stop();
            consumer.forgetAll();
        }
    }

    private void insertUntil(AtomicBoolean stop) {
        while (!stop.get()) {
            atLeisure("INSERT INTO items (note) VALUES (N'n')");
        }
    }

    @Test
    @DisplayName("SN-01, SN-25: an interrupted reading goes on at its cursor, whatever the number of rows is by then")
    void goesOnAtTheCursor() {
        createItems(ROWS);
        CdcEngine slow = copying(options(SnapshotMode.INITIAL, 100, 200));
        slow.start();
        await().atMost(PATIENCE).until(() -> consumer.reads("items").size() > 500);
        slow.stop();
        assertThat(consumer.reads("items").size()).isLessThan(ROWS);
        database.sql("UPDATE items SET note = N'meanwhile' WHERE id % 7 = 0", "DELETE FROM items WHERE id % 11 = 0");
        CdcEngine engine = copying(initially(100));
        engine.start();
        awaitComplete(engine);
        awaitCopy("items");
        assertThat(consumer.reads("items").size()).isLessThanOrEqualTo(ROWS + 200);
    }

    @Test
    @DisplayName("SN-02: a requested table is read again, as it is by then, also under a condition")
    void readsOnRequest() {
        createItems(300);
        CdcEngine engine = copying(onRequest(50));
        engine.start();
        awaitState(engine, EngineState.STREAMING);
        assertThat(consumer.events()).isEmpty();
        request(engine, "id % 100 = 0 -- every hundredth", "items");
        awaitComplete(engine);
        await().untilAsserted(() -> assertThat(readIds("items")).containsExactly(100, 200, 300));
        request(engine, null, "items");
        awaitComplete(engine);
        awaitCopy("items");
        assertThat(progress(engine, "items").rows()).isEqualTo(300);
    }

    @Test
    void leavesOutATableWhoseConditionMakesNoSense() {
        createItems(10);
        CdcEngine engine = copying(onRequest(50));
        engine.start();
        awaitState(engine, EngineState.STREAMING);
        request(engine, "no_such_column = 1", "items");
        awaitComplete(engine);
        assertThat(progress(engine, "items").phase()).isEqualTo(Phase.GONE);
        insert("items", 11, 12);
        await().atMost(PATIENCE).until(() -> consumer.events().size() == 2);
    }

    @Test
    void pausesGoesOnAndStops() {
        createItems(ROWS);
        CdcEngine engine = copying(options(SnapshotMode.INITIAL, 100, 200));
        engine.start();
        await().atMost(PATIENCE).until(() -> consumer.reads("items").size() > 300);
        engine.snapshots().pause().join();
        awaitSaved(engine);
        int paused = consumer.reads("items").size();
        database.sql("INSERT INTO items VALUES (100000, N'while paused')");
        await().atMost(PATIENCE)
                .until(() -> consumer.events().stream().anyMatch(event -> event.operation() == Operation.INSERT));
        assertThat(consumer.reads("items")).hasSize(paused);
        engine.snapshots().resume().join();
        await().atMost(PATIENCE).until(() -> consumer.reads("items").size() > paused + 300);
        engine.snapshots().stop().join();
        awaitComplete(engine);
        assertThat(progress(engine, "items").phase()).isEqualTo(Phase.SKIPPED);
        assertThat(consumer.reads("items").size()).isLessThan(ROWS);
    }

    @Test
    @DisplayName(
            "SN-05: a table without a key comes in one pass; what was not captured yet when its rows were read comes"
                    + " again behind them, and nothing is missing")
    void readsATableWithoutAKey() throws Exception {
        create("logs", "id int, note nvarchar(100)");
        insert("logs", 1, 2000);
        database.capture();
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> writers = start(1, () -> log(stop));
        CdcEngine engine = copying(initially(500));
        engine.start();
        awaitComplete(engine);
        stop.set(true);
        writers.get(0).join();
        int rows = source("logs").size();
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(new HashSet<>(idsFromFirstRow())).hasSize(rows));
        assertThat(idsFromFirstRow().stream().filter(id -> id <= 2000)).hasSize(2000);
    }

    /**
     * Ever more slowly: a pass begins anew if a new row is streamed before its view is there, which takes the longer the more rows
     * there are. At a steady pace a slow machine might never get one.
     */
    private void log(AtomicBoolean stop) {
        for (int i = 0; !stop.get(); i++) {
            database.sql("INSERT INTO logs VALUES (%d, N'later')".formatted(100_000 + i));
            LockSupport.parkNanos(50_000L * i);
        }
    }

    /** Of the last generation: its rows stand for all that came before them. */
    private List<Integer> idsFromFirstRow() {
        List<ChangeEvent<Row>> events = consumer.events();
        long last = events.stream()
                .filter(event -> event.snapshot() != null)
                .mapToLong(event -> event.snapshot().generation())
                .max()
                .orElse(-1); // none has arrived yet
        List<Integer> ids = new ArrayList<>();
        boolean begun = false;
        for (ChangeEvent<Row> event : events) {
            begun |= event.snapshot() != null && event.snapshot().generation() == last;
            if (begun && event.table().name().equals("logs")) {
                ids.add(((Number) event.after().get("id")).intValue());
            }
        }
        return ids;
    }

    @Test
    void readsATableThatIsEnabledLater() {
        createItems(10);
        CdcEngine first = copying(initially(50));
        first.start();
        awaitComplete(first);
        awaitCopy("items");
        awaitSaved(first);
        first.stop();
        create("later", "id int PRIMARY KEY, note nvarchar(100)");
        insert("later", 1, 20);
        CdcEngine second = copying(initially(50));
        second.start();
        awaitComplete(second);
        awaitCopy("items", "later");
        assertThat(consumer.reads("items")).hasSize(10);
    }

    @Test
    void initialOnlyEndsWhenAllIsRead() {
        createItems(300);
        CdcEngine engine = copying(options(SnapshotMode.INITIAL_ONLY, 50, 0));
        engine.start();
        awaitState(engine, EngineState.STOPPED);
        awaitCopy("items");
        CdcEngine next = copying(initially(50));
        insert("items", 301, 310);
        next.start();
        awaitCopy("items");
        assertThat(consumer.reads("items")).hasSize(300);
    }
}
