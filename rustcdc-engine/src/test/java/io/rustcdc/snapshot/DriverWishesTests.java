package io.rustcdc.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.event.Transaction;
import io.rustcdc.schema.AcknowledgedSchema;
import io.rustcdc.snapshot.SimulatedDatabase.Mark;
import io.rustcdc.snapshot.SimulatedDatabase.Position;
import io.rustcdc.source.KeyRange;
import io.rustcdc.source.SnapshotTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DriverWishesTests {

    private static final EventSource SOURCE = new EventSource("shop", "simulated");

    private final SimulatedDatabase database = new SimulatedDatabase(20, true);
    private final List<Object> handed = new ArrayList<>();
    private final SnapshotState first = SnapshotPlan.first(database.tables(), SnapshotMode.INITIAL, true);
    private SnapshotDriver driver = driver(first.paused(true));

    /** Takes down what it is handed, and saves nothing. */
    private final class Recorded implements SnapshotSink {

        @Override
        public boolean hasRoom() {
            return true;
        }

        @Override
        public void change(ChangeEvent<Row> event, int bytes) {
            handed.add(event.after().get("id"));
        }

        @Override
        public void schema(AcknowledgedSchema schema) {}

        @Override
        public void schemaChange(ChangeEvent<Row> event, AcknowledgedSchema schema, int bytes) {}

        @Override
        public void commit(Offset end, Instant commitTime) {
            handed.add("commit");
        }

        @Override
        public void idle(Offset position) {}

        @Override
        public void snapshot(SnapshotState state, Runnable saved) {
            handed.add("save");
        }

        @Override
        public void readAgain(SnapshotState state) {
            handed.add(state.pending().get(0).remaining());
        }
    }

    private static final class Silent implements SnapshotListener {

        @Override
        public void started(TableSnapshot table) {}

        @Override
        public void chunk(TableSnapshot table, int rows) {}

        @Override
        public void completed(TableSnapshot table) {}

        @Override
        public void gone(TableId table, String reason) {}
    }

    private SnapshotDriver driver(SnapshotState state) {
        SnapshotOptions options = new SnapshotOptions(SnapshotMode.INITIAL, 5, 1, 0);
        Readings readings = new Readings(SOURCE, database, null, database.tables(), options);
        return new SnapshotDriver(new Recorded(), new Silent(), readings, new Position(0), state);
    }

    @AfterEach
    void close() {
        driver.close();
    }

    private void move(int from, int to) {
        driver.change(
                ChangeEvent.of(SOURCE, Operation.UPDATE, SimulatedDatabase.TABLE)
                        .before(Row.of(SimulatedDatabase.COLUMNS, Map.of("id", from)), true)
                        .after(Row.of(SimulatedDatabase.COLUMNS, Map.of("id", to, "version", 1L)))
                        .offset(new Position(1))
                        .commitTime(Instant.EPOCH)
                        .transaction(new Transaction(1, 0, false))
                        .build(),
                100);
    }

    @Test
    void whateverAWishThrowsFailsTheWishAlone() {
        CompletableFuture<SnapshotState> wish = driver.wish(state -> {
            throw new NullPointerException("no pattern");
        });
        CompletableFuture<SnapshotState> next = driver.wish(state -> state.paused(true));
        driver.advance();
        assertThat(wish).isCompletedExceptionally();
        assertThat(next).isNotDone();
        assertThat(handed).containsExactly("save");
    }

    @Test
    void aTableThatHasJustJoinedIsReadWholeBeforeItIsReadUnderACondition() {
        SnapshotTable joined = new SnapshotTable(new TableId("public", "items"), "7", List.of("id"), List.of("id"), 10);
        List<SnapshotTable> captured = new ArrayList<>(database.tables());
        captured.add(joined);
        CompletableFuture<SnapshotState> some =
                driver.request(captured, SnapshotMode.INITIAL, List.of("public.items"), "id > 3");
        CompletableFuture<SnapshotState> all =
                driver.request(captured, SnapshotMode.INITIAL, List.of("public.items"), null);
        driver.advance();
        assertThat(some).isCompletedExceptionally();
        assertThat(all).isNotDone();
        assertThat(driver.state().of(joined.id()).orElseThrow().condition()).isNull();
    }

    @Test
    void rowsThatMovedAreSavedWithTheirChangesAndNotOneByOne() {
        TableSnapshot half =
                first.tables().get(0).after(KeyRange.all(), new KeyRange(List.of("9"), List.of()), 10, true);
        driver.close();
        driver = driver(first.with(half).paused(true));
        driver.begin(new Mark(1, 1));
        move(15, 3);
        move(16, 4);
        driver.commit(new Position(2), Instant.EPOCH);
        KeyRange rest = new KeyRange(List.of("9"), List.of());
        assertThat(handed)
                .as("before the change that makes them needed, since that may become durable alone")
                .containsExactly(
                        List.of(rest, KeyRange.only(List.of("3"))),
                        3,
                        List.of(rest, KeyRange.only(List.of("3")), KeyRange.only(List.of("4"))),
                        4,
                        "commit");
    }

    @Test
    void whenTooManyRowsMovedTheTableBeginsAnewOnceForTheTransaction() {
        TableSnapshot half =
                first.tables().get(0).after(KeyRange.all(), new KeyRange(List.of("9"), List.of()), 10, true);
        driver.close();
        driver = driver(first.with(half).paused(true));
        driver.begin(new Mark(1, 1));
        for (int i = 0; i < 5000; i++) {
            move(20_000 + i, 10_000 + i);
        }
        assertThat(handed.stream().filter(List.class::isInstance)).hasSize(1001);
        assertThat(handed.stream().filter(List.of(KeyRange.all())::equals)).hasSize(1);
        driver.commit(new Position(2), Instant.EPOCH);
        driver.begin(new Mark(2, 3));
        move(1, 2);
        assertThat(driver.state().tables().get(0).remaining())
                .containsExactly(KeyRange.all(), KeyRange.only(List.of("2")));
    }
}
