package io.rustcdc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.event.RowKey;
import io.rustcdc.event.RowWrite;
import io.rustcdc.runtime.EngineOptions;
import io.rustcdc.snapshot.SnapshotMode;
import io.rustcdc.snapshot.SnapshotOptions;
import io.rustcdc.source.postgres.PostgresConnector;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Existing rows and changes together, on a real server. */
class SnapshotTests extends EngineFixture {

    private final ConcurrentSkipListMap<Long, String> copy = new ConcurrentSkipListMap<>();
    private final AtomicLong reads = new AtomicLong();

    private CdcEngine copying(EngineOptions options) {
        PostgresConnector connector = connector(server().host(), server().port());
        return engine(connector, store(connector), options, (event, acknowledgment) -> apply(event));
    }

    private static EngineOptions chunksOf(int size) {
        return EngineOptions.ofDefaults().withSnapshot(new SnapshotOptions(SnapshotMode.INITIAL, size, 1, 0));
    }

    private void apply(ChangeEvent<Row> event) {
        if (event.snapshot() != null) {
            reads.incrementAndGet();
        }
        RowWrite write = event.rowWrite();
        if (write instanceof RowWrite.Replace replace) {
            if (replace.oldKey() != null) {
                copy.remove(id(replace.oldKey()));
            }
            copy.put(id(replace.key()), String.valueOf(replace.row().get("note")));
        } else if (write instanceof RowWrite.Delete delete) {
            copy.remove(id(delete.key()));
        } else if (write instanceof RowWrite.Truncate) {
            copy.clear();
        } else {
            throw new AssertionError(write);
        }
    }

    private static long id(RowKey key) {
        return ((Number) key.values().get(0)).longValue();
    }

    private Map<Long, String> source() {
        Map<Long, String> rows = new TreeMap<>();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT id, note FROM orders")) {
            while (row.next()) {
                rows.put(row.getLong(1), String.valueOf(row.getString(2)));
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        return rows;
    }

    private static void awaitComplete(CdcEngine engine) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> engine.snapshots()
                        .state()
                        .filter(SnapshotState::isComplete)
                        .isPresent());
    }

    @Test
    @DisplayName("SN-R6, SN-21: the rows of an idle database arrive, each once, and changes after them")
    void deliversExistingRows() {
        insert(1, 2500);
        CdcEngine engine = copying(chunksOf(100));
        engine.start();
        awaitComplete(engine);
        awaitSaved(engine);
        assertThat(copy).isEqualTo(source());
        assertThat(reads).hasValue(2500);
        database.sql("UPDATE orders SET note = 'changed' WHERE id % 2 = 0");
        await().untilAsserted(() -> assertThat(copy).isEqualTo(source()));
    }

    @Test
    @DisplayName("PG-R6: rows that are written while they are read converge")
    void convergesUnderWrites() throws Exception {
        insert(1, 20_000);
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread writer = new Thread(() -> write(stop));
            writers.add(writer);
            writer.start();
        }
        CdcEngine engine = copying(chunksOf(500));
        engine.start();
        awaitComplete(engine);
        stop.set(true);
        for (Thread writer : writers) {
            writer.join();
        }
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(copy).isEqualTo(source()));
        assertThat(reads.get()).isGreaterThan(0).isLessThanOrEqualTo(21_000);
    }

    private void write(AtomicBoolean stop) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        while (!stop.get()) {
            long id = random.nextInt(1, 20_000);
            switch (random.nextInt(4)) {
                case 0 -> database.sql("DELETE FROM orders WHERE id = " + id);
                case 1 ->
                    database.sql("INSERT INTO orders VALUES (%d, 'new') ON CONFLICT (id) DO UPDATE SET note = 'again'"
                            .formatted(id));
                default -> database.sql("UPDATE orders SET note = 'w%d' WHERE id = %d".formatted(random.nextInt(), id));
            }
        }
    }

    @Test
    @DisplayName("SN-01, SN-25: an interrupted reading goes on at its cursor")
    void goesOnAtTheCursor() {
        insert(1, 5000);
        CdcEngine slow = copying(
                EngineOptions.ofDefaults().withSnapshot(new SnapshotOptions(SnapshotMode.INITIAL, 100, 1, 500)));
        slow.start();
        await().atMost(Duration.ofSeconds(60)).until(() -> reads.get() > 500);
        slow.stop();
        long before = reads.get();
        assertThat(before).isLessThan(5000);
        CdcEngine next = copying(chunksOf(100));
        next.start();
        awaitComplete(next);
        awaitSaved(next);
        assertThat(copy).isEqualTo(source());
        assertThat(reads.get()).isBetween(5000L, 5100L);
    }

    @Test
    @DisplayName("PG-R6: the first load reads in parallel what the stream does not bring, and no version goes back")
    void loadsInParallelAtTheBeginning() throws Exception {
        insert(1, 120_000);
        database.sql("ANALYZE orders");
        AtomicBoolean stop = new AtomicBoolean();
        Thread writer = new Thread(() -> write(stop));
        writer.start();
        CdcEngine engine = copying(EngineOptions.ofDefaults());
        engine.start();
        awaitComplete(engine);
        stop.set(true);
        writer.join();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(copy).isEqualTo(source()));
        assertThat(reads.get()).isBetween(110_000L, 120_000L);
        assertThat(engine.snapshots().state().orElseThrow().tables().get(0).chunks())
                .as(
                        "read whole it would be 2; four ranges, cut where a sample says, of which one may be larger than a chunk")
                .isBetween(4, 5);
    }
}
