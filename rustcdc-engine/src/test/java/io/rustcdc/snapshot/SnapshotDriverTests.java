package io.rustcdc.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Operation;
import io.rustcdc.event.TableId;
import io.rustcdc.snapshot.SimulatedDatabase.Change;
import io.rustcdc.snapshot.SimulatedDatabase.Logged;
import io.rustcdc.snapshot.SimulatedDatabase.Position;
import io.rustcdc.snapshot.SimulatedDatabase.Stored;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Where a chunk stands among the changes, and what may be saved while it is handed over. */
class SnapshotDriverTests {

    private static final EventSource SOURCE = new EventSource("shop", "simulated");

    private final SimulatedDatabase database = new SimulatedDatabase(10, true);
    private final SnapshotState begin = SnapshotPlan.first(database.tables(), SnapshotMode.INITIAL, true);
    private final SimulatedConsumer consumer = new SimulatedConsumer(new Random(1), new Position(0), begin);
    private final SnapshotDriver driver = new SnapshotDriver(
            consumer,
            new Silent(),
            new Readings(
                    SOURCE, database, null, database.tables(), new SnapshotOptions(SnapshotMode.INITIAL, 100, 1, 0)),
            new Position(0),
            begin);

    @AfterEach
    void close() {
        driver.close();
    }

    /** An update of one row, in the log and visible. */
    private Logged update(int id) {
        Stored before = database.finalRows().get(id);
        Stored after = new Stored(id, database.nextVersion(), "updated");
        database.commit(List.of(new Change(Operation.UPDATE, before, after, true)));
        database.show(0);
        return database.log().get(database.log().size() - 1);
    }

    private void stream(Logged transaction) {
        driver.begin(transaction.mark());
        Change change = transaction.changes().get(0);
        driver.change(
                ChangeEvent.of(SOURCE, change.operation(), SimulatedDatabase.TABLE)
                        .after(change.after().row())
                        .offset(new Position(transaction.mark().commitLsn() - 1))
                        .commitTime(Instant.EPOCH)
                        .build(),
                100);
        driver.commit(new Position(transaction.endLsn()), Instant.EPOCH);
    }

    /** The chunk is read and waits for the stream. */
    private void awaitChunk() {
        await().until(() -> {
            driver.advance();
            return driver.awaitsPosition();
        });
    }

    private Object version(int id) {
        return consumer.rows().get((long) id).get("version");
    }

    @Test
    @DisplayName("SN-03: the chunk stands behind a change that its view has, and before one that it has not")
    void aChunkStandsBetweenTheChanges() {
        Logged inside = update(3);
        awaitChunk();
        Logged later = update(3);
        stream(inside);
        assertThat(consumer.reads())
                .as("rows before the stream is behind their view")
                .isEmpty();
        assertThat(version(3)).isEqualTo(inside.changes().get(0).after().version());
        driver.begin(later.mark());
        assertThat(consumer.reads()).hasSize(10);
        assertThat(consumer.reads()).allMatch(read -> read.offset().equals(new Position(inside.endLsn())));
        assertThat(version(3)).isEqualTo(inside.changes().get(0).after().version());
        stream(later);
        assertThat(version(3)).isEqualTo(later.changes().get(0).after().version());
    }

    @Test
    @DisplayName(
            "SN-04: while a part of a chunk waits for room, the stream stands still, and neither its position nor the cursor moves")
    void nothingBehindAHalfDeliveredChunkIsSaved() {
        Logged inside = update(3);
        awaitChunk();
        Logged later = update(4);
        stream(inside);
        consumer.setRoom(4);
        driver.begin(later.mark());
        assertThat(consumer.reads()).hasSize(4);
        consumer.setRoom(1);
        assertThat(driver.hasRoom()).as("room for the stream").isFalse();
        consumer.saveAll();
        assertThat(consumer.savedOffset()).isEqualTo(new Position(inside.endLsn()));
        assertThat(consumer.savedState()).isEqualTo(begin);
        consumer.setRoom(100);
        assertThat(driver.hasRoom()).as("room for the stream").isFalse();
        driver.advance();
        assertThat(consumer.reads()).hasSize(10);
        assertThat(driver.hasRoom()).as("room for the stream").isTrue();
        consumer.saveAll();
        assertThat(consumer.savedOffset()).isEqualTo(new Position(inside.endLsn()));
        assertThat(consumer.savedState().isComplete()).isTrue();
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
