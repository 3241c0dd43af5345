package io.rustcdc.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.event.Transaction;
import io.rustcdc.schema.AcknowledgedSchema;
import io.rustcdc.snapshot.SimulatedDatabase.Change;
import io.rustcdc.snapshot.SimulatedDatabase.Logged;
import io.rustcdc.snapshot.SimulatedDatabase.Position;
import io.rustcdc.snapshot.SimulatedDatabase.Stored;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A table without a key: nothing may arrive twice or not at all, since the consumer cannot tell. */
class OnePassSimulationTests {

    private static final EventSource SOURCE = new EventSource("shop", "simulated");
    private static final int KEYS = 40;

    @Test
    @DisplayName("SN-R4: the rows of a keyless table arrive once, and each later change behind its row")
    void everyRowOnce() {
        for (int seed = 0; seed < 300; seed++) {
            new Run(new Random(seed), "seed " + seed).toEnd();
        }
    }

    /** Applies every change to exactly the row that it names, and refuses what does not fit. */
    private static final class StrictConsumer implements SnapshotSink {

        private final Map<Integer, Long> rows = new HashMap<>();
        private final String what;
        private boolean readingBegan;
        private int room = 10;

        StrictConsumer(String what) {
            this.what = what;
        }

        @Override
        public boolean hasRoom() {
            return room > 0;
        }

        @Override
        public void change(ChangeEvent<Row> event, int bytes) {
            room--;
            switch (event.operation()) {
                case TRUNCATE -> rows.clear();
                case READ, INSERT -> add(event.afterRow());
                case DELETE -> remove(event.beforeRow());
                default -> {
                    remove(event.beforeRow());
                    add(event.afterRow());
                }
            }
        }

        /** What came before were changes of rows that were not delivered yet. */
        void readingBegins() {
            readingBegan = true;
            rows.clear();
        }

        private void add(Row row) {
            Long old = rows.put(id(row), version(row));
            assertThat(old).as("%s: row %d was there", what, id(row)).isNull();
        }

        private void remove(Row row) {
            Long old = rows.remove(id(row));
            if (readingBegan) {
                assertThat(old).as("%s: old row %d", what, id(row)).isEqualTo(version(row));
            }
        }

        private static int id(Row row) {
            return (Integer) row.get("id");
        }

        private static long version(Row row) {
            return (Long) row.get("version");
        }

        @Override
        public void snapshot(SnapshotState state, Runnable saved) {
            saved.run();
        }

        @Override
        public void schema(AcknowledgedSchema schema) {}

        @Override
        public void schemaChange(ChangeEvent<Row> event, AcknowledgedSchema schema, int bytes) {}

        @Override
        public void commit(Offset end, Instant commitTime) {}

        @Override
        public void idle(Offset position) {}
    }

    private static final class Run implements SnapshotListener {

        private final Random random;
        private final SimulatedDatabase database = new SimulatedDatabase(KEYS / 2, false);
        private final SimulatedWriters writers;
        private final StrictConsumer consumer;
        private final SnapshotDriver driver;
        private int streamed;
        private int inTransaction;

        Run(Random random, String what) {
            this.random = random;
            this.writers = new SimulatedWriters(database, random, KEYS);
            this.consumer = new StrictConsumer(what);
            SnapshotState state = SnapshotPlan.first(database.tables(), SnapshotMode.INITIAL, true);
            Readings readings = new Readings(SOURCE, database, null, database.tables(), SnapshotOptions.ofDefaults());
            this.driver = new SnapshotDriver(consumer, this, readings, new Position(0), state);
        }

        void toEnd() {
            for (int step = 0; step < 200; step++) {
                int choice = random.nextInt(100);
                if (choice < 25) {
                    writers.commitOne();
                } else if (choice < 45 && database.invisibleCount() > 0) {
                    database.show(random.nextInt(database.invisibleCount()));
                } else if (choice < 80) {
                    stream();
                } else {
                    consumer.room = random.nextInt(10);
                    driver.advance();
                }
            }
            Map<Integer, Long> expected = new HashMap<>();
            database.finalRows().forEach((id, row) -> expected.put(id, row.version()));
            consumer.room = Integer.MAX_VALUE;
            while (streamed < database.log().size() || !driver.isIdle()) {
                driver.advance();
                stream();
            }
            assertThat(consumer.rows).as(consumer.what).isEqualTo(expected);
            driver.close();
        }

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
            Stored before = change.before();
            Stored after = change.after();
            ChangeEvent.Builder event = ChangeEvent.of(SOURCE, change.operation(), SimulatedDatabase.TABLE)
                    .offset(new Position(transaction.mark().commitLsn() - 1))
                    .commitTime(Instant.EPOCH)
                    .transaction(new Transaction(transaction.mark().xid(), 0, false));
            if (before != null) {
                event.before(before.row(), false);
            }
            if (after != null) {
                event.after(after.row());
            }
            return event.build();
        }

        @Override
        public void started(TableSnapshot table) {
            consumer.readingBegins();
        }

        @Override
        public void chunk(TableSnapshot table, int rows) {}

        @Override
        public void completed(TableSnapshot table) {}

        @Override
        public void gone(TableId table, String reason) {
            throw new AssertionError(reason);
        }
    }
}
