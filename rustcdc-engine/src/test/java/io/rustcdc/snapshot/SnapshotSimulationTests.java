package io.rustcdc.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.event.Transaction;
import io.rustcdc.snapshot.SimulatedDatabase.Change;
import io.rustcdc.snapshot.SimulatedDatabase.Logged;
import io.rustcdc.snapshot.SimulatedDatabase.Position;
import io.rustcdc.snapshot.SimulatedDatabase.Stored;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random schedules of writers, the stream, the readers of chunks, saves and crashes. */
class SnapshotSimulationTests {

    private static final EventSource SOURCE = new EventSource("shop", "simulated");
    private static final int KEYS = 60;

    private final SnapshotListener silent = new SnapshotListener() {

        @Override
        public void started(TableSnapshot table) {}

        @Override
        public void chunk(TableSnapshot table, int rows) {}

        @Override
        public void completed(TableSnapshot table) {}

        @Override
        public void gone(TableId table, String reason) {
            throw new AssertionError(reason);
        }
    };

    private SimulatedDatabase database;
    private SimulatedConsumer consumer;
    private SnapshotDriver driver;
    private int streamed;
    private int inTransaction;

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 1000})
    @DisplayName(
            "PG-27, PG-R6, SN-03, SN-05, SN-21, SN-22, SN-R2, SN-R3, SN-R5: rows and changes converge in any schedule, and no version goes back")
    void convergesInAnySchedule(int chunkSize) {
        for (int seed = 0; seed < 150; seed++) {
            Random random = new Random(seed);
            run(random, chunkSize, seed % 2 == 0, "seed " + seed + ", chunks of " + chunkSize);
        }
    }

    private void run(Random random, int chunkSize, boolean crashes, String what) {
        database = new SimulatedDatabase(KEYS / 2, true);
        SimulatedWriters writers = new SimulatedWriters(database, random, KEYS);
        for (int i = 0; i < 5; i++) {
            writers.commitOne();
        }
        SnapshotState state = SnapshotPlan.first(database.tables(), SnapshotMode.INITIAL, true);
        // A source whose stream begins in the past: the rows that exist are newer than what it brings first.
        consumer = new SimulatedConsumer(random, new Position(0), state);
        connect(chunkSize);
        for (int step = 0; step < 400; step++) {
            int choice = random.nextInt(100);
            if (choice < 20) {
                writers.commitOne();
            } else if (choice < 40 && database.invisibleCount() > 0) {
                database.show(random.nextInt(database.invisibleCount()));
            } else if (choice < 75) {
                stream(random);
            } else if (choice < 90) {
                consumer.setRoom(random.nextInt(20));
                driver.advance();
            } else if (choice < 97) {
                consumer.saveAll();
            } else if (crashes) {
                driver.close();
                consumer.crash();
                connect(chunkSize);
            }
        }
        Map<Integer, Stored> expected = database.finalRows();
        consumer.setRoom(Integer.MAX_VALUE);
        while (streamed < database.log().size() || !driver.isIdle()) {
            driver.advance();
            stream(random);
        }
        assertThat(consumer.rows()).as(what).containsExactlyEntriesOf(asMaps(expected));
        consumer.saveAll();
        assertThat(consumer.savedState().isComplete()).as(what).isTrue();
        driver.close();
    }

    private void connect(int chunkSize) {
        Position from = (Position) consumer.savedOffset();
        SnapshotOptions options = new SnapshotOptions(SnapshotMode.INITIAL, chunkSize, 1, 0);
        Readings readings = new Readings(SOURCE, database, null, database.tables(), options);
        driver = new SnapshotDriver(consumer, silent, readings, from, consumer.savedState());
        streamed = 0;
        inTransaction = 0;
        while (streamed < database.log().size() && database.log().get(streamed).endLsn() <= from.lsn()) {
            streamed++;
        }
    }

    /** One message of the stream, if the driver has room for it. */
    private void stream(Random random) {
        if (!driver.hasRoom()) {
            return;
        }
        if (streamed == database.log().size()) {
            if (random.nextBoolean()) {
                driver.reached(new Position(database.end()));
            }
            return;
        }
        Logged next = database.log().get(streamed);
        if (inTransaction == 0) {
            driver.begin(next.mark());
        } else if (inTransaction <= next.changes().size()) {
            driver.change(event(next, next.changes().get(inTransaction - 1)), 100);
        } else {
            driver.commit(new Position(next.endLsn()), Instant.EPOCH);
            streamed++;
            inTransaction = -1;
        }
        inTransaction++;
    }

    private ChangeEvent<Row> event(Logged transaction, Change change) {
        Stored before = change.before();
        Stored after = change.after();
        boolean keyChanged = before != null && after != null && before.id() != after.id();
        ChangeEvent.Builder event = ChangeEvent.of(SOURCE, change.operation(), SimulatedDatabase.TABLE)
                // Resuming inside a transaction is the connector's; here a crash begins it anew.
                .offset(new Position(transaction.mark().commitLsn() - 1))
                .commitTime(Instant.EPOCH)
                .transaction(new Transaction(transaction.mark().xid(), 0, false));
        if (before != null && (keyChanged || change.operation() == Operation.DELETE)) {
            event.before(Row.of(SimulatedDatabase.COLUMNS, Map.of("id", before.id())), true);
        }
        if (after != null) {
            event.after(after.row(change.bioSent()));
        }
        return event.build();
    }

    private static Map<Long, Map<String, Object>> asMaps(Map<Integer, Stored> rows) {
        Map<Long, Map<String, Object>> maps = new TreeMap<>();
        rows.forEach((id, row) -> maps.put((long) id, row.row().toMap()));
        return maps;
    }
}
