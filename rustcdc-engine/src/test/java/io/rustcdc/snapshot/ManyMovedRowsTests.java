package io.rustcdc.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.snapshot.SimulatedDatabase.Change;
import io.rustcdc.snapshot.SimulatedDatabase.Logged;
import io.rustcdc.snapshot.SimulatedDatabase.Position;
import io.rustcdc.snapshot.SimulatedDatabase.Stored;
import io.rustcdc.source.KeyRange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Rows that get another key, by updates which do not send all columns. */
class ManyMovedRowsTests {

    private static final EventSource SOURCE = new EventSource("shop", "simulated");

    private static ChangeEvent<Row> event(Change change) {
        return change.bioSent()
                ? ChangeEvent.of(SOURCE, Operation.UPDATE, SimulatedDatabase.TABLE)
                        .offset(new Position(1))
                        .commitTime(Instant.EPOCH)
                        .after(change.after().row())
                        .build()
                : moved(change.before(), change.after());
    }

    private static ChangeEvent<Row> moved(Stored before, Stored after) {
        return ChangeEvent.of(SOURCE, Operation.UPDATE, SimulatedDatabase.TABLE)
                .offset(new Position(1))
                .commitTime(Instant.EPOCH)
                .before(Row.of(SimulatedDatabase.COLUMNS, Map.of("id", before.id())), true)
                .after(after.row(false))
                .build();
    }

    @Test
    @DisplayName(
            "more rows than are kept move to before the end of the first chunk while it is read: all are read whole")
    void manyMoveIntoTheChunkAtHand() {
        SimulatedDatabase database = new SimulatedDatabase(3000, true);
        SnapshotState begin = SnapshotPlan.first(database.tables(), SnapshotMode.INITIAL, true);
        SimulatedConsumer consumer = new SimulatedConsumer(new Random(1), new Position(0), begin);
        Readings readings = new Readings(
                SOURCE, database, null, database.tables(), new SnapshotOptions(SnapshotMode.INITIAL, 100, 1, 0));
        try (SnapshotDriver driver = new SnapshotDriver(consumer, new Silent(), readings, new Position(0), begin)) {
            List<Change> moves = new ArrayList<>();
            Map<Integer, Stored> rows = database.finalRows();
            for (int id = 1500; id < 2700; id++) {
                Stored before = rows.get(id);
                Stored after = new Stored(id - 5000, database.nextVersion(), before.bio());
                moves.add(new Change(Operation.UPDATE, before, after, false));
            }
            database.commit(moves); // in the log, but not in the view of the chunk
            Stored first = rows.get(0);
            Stored changed = new Stored(0, database.nextVersion(), "updated");
            database.commit(List.of(new Change(Operation.UPDATE, first, changed, true)));
            database.show(1);
            await().until(() -> {
                driver.advance();
                return driver.awaitsPosition();
            });
            assertThat(consumer.reads()).isEmpty();
            database.show(0);
            for (Logged transaction : database.log()) {
                driver.begin(transaction.mark());
                transaction.changes().forEach(change -> driver.change(event(change), 100));
                driver.commit(new Position(transaction.endLsn()), Instant.EPOCH);
            }
            await().until(() -> {
                driver.reached(new Position(database.end()));
                driver.advance();
                return driver.isIdle();
            });
            consumer.saveAll();
        }
        assertThat(consumer.rows()).hasSize(3000);
        assertThat(consumer.rows().values()).allSatisfy(row -> assertThat(row).containsKeys("id", "version", "bio"));
    }

    @Test
    @DisplayName("a row moves to before a cursor that a part of the first chunk has moved")
    void aPartOfAChunkIsProgress() {
        TableSnapshot whole = SnapshotPlan.first(new SimulatedDatabase(10, true).tables(), SnapshotMode.INITIAL, true)
                .tables()
                .get(0);
        KeyRange rest = KeyRange.all().startingAfter(List.of("5"));
        TableSnapshot begun = whole.after(KeyRange.all(), rest, 5, false);
        assertThat(begun.chunks()).isZero();
        SnapshotState state = new SnapshotState("id", 1, false, List.of(begun));
        ChangeEvent<Row> move = moved(new Stored(8, 1, "bio"), new Stored(2, 2, "bio"));
        assertThat(MovedRows.toReadAgain(state, move, false)).isNotNull();
        SnapshotState untouched = new SnapshotState("id", 1, false, List.of(whole));
        assertThat(MovedRows.toReadAgain(untouched, move, false)).isNull();
    }

    private static final class Silent implements SnapshotListener {

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
    }
}
