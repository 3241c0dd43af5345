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
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Existing rows and changes together, on a real server. */
abstract class MySqlSnapshotContract extends MySqlSnapshotFixture {

    private static final int ROWS = 5000;

    @Test
    @DisplayName("SN-R6, SN-21: the rows of an idle database arrive, each once, and changes after them")
    void deliversExistingRows() {
        createItems(2500);
        CdcEngine engine = copying(initially(100));
        engine.start();
        awaitComplete(engine);
        awaitCopy("items");
        assertThat(readIds("items")).isEqualTo(numbers(1, 2500));
        database.sql("UPDATE items SET note = 'changed' WHERE id % 2 = 0", "DELETE FROM items WHERE id % 3 = 0");
        awaitCopy("items");
        assertThat(consumer.reads("items")).hasSize(2500);
    }

    @Test
    @DisplayName("MY-19, MY-16, SN-03: what 4 writers do while rows are read, with other keys too, is in the copy")
    void convergesUnderWrites() throws Exception {
        createItems(ROWS);
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> writers = start(4, () -> write(stop));
        CdcEngine engine = copying(initially(50));
        engine.start();
        awaitComplete(engine);
        for (int i = 0; i < 3; i++) {
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

    /**
     * A reading ends when the stream has got to where the log ended then, and a view of a table without a key is exact only if nobody
     * commits while it is opened: writers at full speed could put off both for too long.
     */
    private static void keepPace() {
        LockSupport.parkNanos(1_000_000);
    }

    private static List<Thread> start(int count, Runnable work) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(work);
            threads.add(thread);
            thread.start();
        }
        return threads;
    }

    private void write(AtomicBoolean stop) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            while (!stop.get()) {
                int id = random.nextInt(1, ROWS);
                String sql = switch (random.nextInt(5)) {
                    case 0 -> "DELETE FROM items WHERE id = " + id;
                    case 1 -> "REPLACE INTO items VALUES (%d, 'again')".formatted(id);
                    case 2 -> "UPDATE IGNORE items SET id = %d WHERE id = %d".formatted(random.nextInt(1, ROWS), id);
                    default -> "UPDATE items SET note = 'w%d' WHERE id = %d".formatted(random.nextInt(), id);
                };
                statement.execute(sql);
                keepPace();
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("MY-R4: a row that is committed while the source begins is read or streamed, whatever the moment")
    void losesNoRowAtTheBegin() throws Exception {
        database.sql("CREATE TABLE items (id int AUTO_INCREMENT PRIMARY KEY, note varchar(100))");
        for (int i = 0; i < 8; i++) {
            AtomicBoolean stop = new AtomicBoolean();
            List<Thread> writers = start(4, () -> insertUntil("items", stop));
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

    private void insertUntil(String table, AtomicBoolean stop) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            while (!stop.get()) {
                statement.execute("INSERT INTO %s (note) VALUES ('n')".formatted(table));
                keepPace();
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName(
            "MY-R7, SN-01, SN-25: an interrupted reading goes on at its cursor, whatever the number of rows is by then")
    void goesOnAtTheCursor() {
        createItems(ROWS);
        CdcEngine slow = copying(options(SnapshotMode.INITIAL, 100, 500));
        slow.start();
        await().atMost(PATIENCE).until(() -> consumer.reads("items").size() > 500);
        slow.stop();
        int before = consumer.reads("items").size();
        assertThat(before).isLessThan(ROWS);
        database.sql("UPDATE items SET note = 'meanwhile' WHERE id % 7 = 0", "DELETE FROM items WHERE id % 11 = 0");
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
        CdcEngine engine = copying(options(SnapshotMode.INITIAL, 100, 500));
        engine.start();
        await().atMost(PATIENCE).until(() -> consumer.reads("items").size() > 300);
        engine.snapshots().pause().join();
        awaitSaved(engine);
        int paused = consumer.reads("items").size();
        database.sql("INSERT INTO items VALUES (100000, 'while paused')");
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
    @DisplayName("SN-05: a table without a key comes in one pass, and each change behind the rows once")
    void readsATableWithoutAKey() throws Exception {
        database.sql("CREATE TABLE logs (id int, note varchar(100))");
        insert("logs", 1, 3000);
        AtomicBoolean stop = new AtomicBoolean();
        Thread writer = new Thread(() -> log(stop));
        writer.start();
        CdcEngine engine = copying(initially(500));
        engine.start();
        awaitComplete(engine);
        stop.set(true);
        writer.join();
        int rows = source("logs").size();
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(idsFromFirstRow("logs")).hasSize(rows).doesNotHaveDuplicates());
    }

    private void log(AtomicBoolean stop) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            for (int i = 100_000; !stop.get(); i++) {
                statement.execute("INSERT INTO logs VALUES (%d, 'later')".formatted(i));
                keepPace();
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Of the last generation: its rows stand for all that came before them. */
    private List<Integer> idsFromFirstRow(String table) {
        List<ChangeEvent<Row>> events = consumer.events();
        long last = events.stream()
                .filter(event -> event.snapshot() != null)
                .mapToLong(event -> event.snapshot().generation())
                .max()
                .orElseThrow();
        List<Integer> ids = new ArrayList<>();
        boolean begun = false;
        for (ChangeEvent<Row> event : events) {
            begun |= event.snapshot() != null && event.snapshot().generation() == last;
            if (begun && event.table().name().equals(table)) {
                ids.add(((Number) event.after().get("id")).intValue());
            }
        }
        return ids;
    }

    @Test
    void readsATableThatIsCreatedLater() {
        createItems(10);
        CdcEngine first = copying(initially(50));
        first.start();
        awaitComplete(first);
        awaitCopy("items");
        awaitSaved(first);
        first.stop();
        database.sql("CREATE TABLE later (id int PRIMARY KEY, note varchar(100))");
        insert("later", 1, 20);
        CdcEngine second = copying(initially(50));
        second.start();
        awaitComplete(second);
        awaitCopy("items", "later");
        assertThat(consumer.reads("items")).hasSize(10);
    }

    @Test
    @DisplayName("A table that is dropped and created again while it is read does not end the source")
    void outlivesDefinitions() throws Exception {
        createItems(2000);
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch go = consumer.blockAtRead(150, reached);
        CdcEngine engine = copying(initially(100));
        engine.start();
        reached.await();
        database.sql("DROP TABLE items");
        createItems(500);
        go.countDown();
        awaitComplete(engine);
        database.sql("UPDATE items SET note = 'still there' WHERE id = 1");
        await().atMost(PATIENCE)
                .until(() -> consumer.events().stream()
                        .anyMatch(event -> event.operation() == Operation.UPDATE
                                && noteOf(event).equals("still there")));
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
