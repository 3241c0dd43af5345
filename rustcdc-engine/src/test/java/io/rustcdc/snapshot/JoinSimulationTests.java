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
import io.rustcdc.snapshot.SimulatedDatabase.Position;
import io.rustcdc.snapshot.SimulatedJoin.Logged;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random schedules of a join, of writers that have begun before it, of the stream, of the news of the join, and of crashes. */
class JoinSimulationTests {

    private static final EventSource SOURCE = new EventSource("shop", "simulated");
    private static final int STEPS = 300;

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

    private final AtomicLong time = new AtomicLong();
    private SimulatedJoin database;
    private SimulatedConsumer consumer;
    private SnapshotDriver driver;
    private int streamed;
    private int inTransaction;

    @ParameterizedTest
    @ValueSource(ints = {2, 7, 1000})
    @DisplayName("A table that joins is read once nobody can have changed it before without the stream bringing it")
    void convergesInAnySchedule(int chunkSize) {
        for (int seed = 0; seed < 60; seed++) {
            run(new Random(seed), chunkSize, "seed " + seed + ", chunks of " + chunkSize);
        }
    }

    private void run(Random random, int chunkSize, String what) {
        database = new SimulatedJoin(random);
        consumer = new SimulatedConsumer(
                random, new Position(0), SnapshotPlan.first(List.of(), SnapshotMode.INITIAL, true));
        connect(chunkSize);
        int joinAt = random.nextInt(STEPS / 2);
        for (int step = 0; step < STEPS; step++) {
            if (step == joinAt) {
                database.join();
            }
            int choice = random.nextInt(100);
            if (choice < 40) {
                database.step();
            } else if (choice < 70) {
                stream();
            } else if (choice < 85) {
                consumer.setRoom(random.nextInt(20));
                driver.advance();
            } else if (choice < 90) {
                driver.join(database.tables(), SnapshotMode.INITIAL);
            } else if (choice < 98) {
                consumer.saveAll();
            } else {
                driver.close();
                consumer.crash();
                connect(chunkSize);
            }
        }
        database.finishAll();
        consumer.setRoom(Integer.MAX_VALUE);
        driver.join(database.tables(), SnapshotMode.INITIAL);
        while (streamed < database.log().size() || !driver.isIdle()) {
            driver.advance();
            stream();
        }
        Map<Long, Map<String, Object>> expected = new TreeMap<>();
        database.rows().forEach((id, row) -> expected.put((long) id, row.row().toMap()));
        assertThat(consumer.rows()).as(what).containsExactlyEntriesOf(expected);
        consumer.saveAll();
        assertThat(consumer.savedState().tables())
                .as(what)
                .singleElement()
                .satisfies(table -> assertThat(table.phase()).isEqualTo(TableSnapshot.Phase.COMPLETE));
        driver.close();
    }

    private void connect(int chunkSize) {
        Position from = (Position) consumer.savedOffset();
        SnapshotOptions options = new SnapshotOptions(SnapshotMode.INITIAL, chunkSize, 1, 0);
        SnapshotState saved = consumer.savedState();
        Readings readings = new Readings(SOURCE, database, null, database.tables(), options)
                .waitingBy(() -> time.addAndGet(Duration.ofMillis(300).toNanos()));
        SnapshotState state = SnapshotPlan.resume(saved, database.tables(), SnapshotMode.INITIAL);
        driver = new SnapshotDriver(consumer, silent, readings, from, state);
        if (!state.equals(saved)) {
            consumer.snapshot(state, () -> {});
        }
        streamed = 0;
        inTransaction = 0;
        while (streamed < database.log().size() && database.log().get(streamed).endLsn() <= from.lsn()) {
            streamed++;
        }
    }

    /** One message of the stream, if the driver has room for it. */
    private void stream() {
        if (!driver.hasRoom()) {
            return;
        }
        if (streamed == database.log().size()) {
            driver.reached(new Position(database.end()));
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

    private static ChangeEvent<Row> event(Logged transaction, Change change) {
        ChangeEvent.Builder event = ChangeEvent.of(SOURCE, change.operation(), SimulatedDatabase.TABLE)
                .offset(new Position(transaction.mark().commitLsn() - 1))
                .commitTime(Instant.EPOCH)
                .transaction(new Transaction(transaction.mark().xid(), 0, false));
        if (change.operation() == Operation.DELETE) {
            event.before(
                    Row.of(
                            SimulatedDatabase.COLUMNS,
                            Map.of("id", change.before().id())),
                    true);
        }
        if (change.after() != null) {
            event.after(change.after().row());
        }
        return event.build();
    }
}
