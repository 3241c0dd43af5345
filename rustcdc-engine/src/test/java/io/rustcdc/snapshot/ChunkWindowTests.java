package io.rustcdc.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Columns;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.snapshot.SimulatedDatabase.Mark;
import io.rustcdc.snapshot.SimulatedDatabase.Position;
import io.rustcdc.source.SnapshotChunk;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.TransactionMark;
import io.rustcdc.source.Watermark;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** One rule each; a row is written as {@code id:note:big}, where a big value of {@code ?} was not sent. */
class ChunkWindowTests {

    private static final TableId ORDERS = new TableId("public", "orders");
    private static final Columns COLUMNS = Columns.of(List.of("id", "note", "big"), List.of("id"));
    private static final SnapshotTable TABLE = new SnapshotTable(ORDERS, "1", List.of("id"), List.of("id"), 100);

    /** What the chunk shows. */
    private static final Mark SEEN = new Mark(1, 10);

    private static final Mark LATER = new Mark(2, 20);

    private final ChunkWindow window = new ChunkWindow(TABLE);

    private record View(Set<TransactionMark> visible) implements Watermark {

        @Override
        public boolean includes(TransactionMark transaction) {
            return visible.contains(transaction);
        }

        @Override
        public boolean isPassedBy(TransactionMark next) {
            throw new AssertionError("A window does not ask for the place");
        }

        @Override
        public boolean isPassedBy(Offset position) {
            throw new AssertionError("A window does not ask for the place");
        }
    }

    private static Row row(String text) {
        if (text == null) {
            return null;
        }
        String[] parts = text.split(":");
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("id", parts[0]);
        if (parts.length > 1) {
            values.put("note", parts[1]);
            if (!parts[2].equals("?")) {
                values.put("big", parts[2]);
            }
        }
        return Row.of(COLUMNS, values);
    }

    private static ChangeEvent<Row> event(Operation operation, TableId table, String before, String after) {
        return ChangeEvent.of(new EventSource("shop", "simulated"), operation, table)
                .before(row(before), true)
                .after(row(after))
                .offset(new Position(1))
                .commitTime(Instant.EPOCH)
                .build();
    }

    private void change(Operation operation, String before, String after) {
        window.record(event(operation, ORDERS, before, after), LATER, 10);
    }

    private List<String> resolve(String... rows) {
        SnapshotChunk chunk = new SnapshotChunk(
                Arrays.stream(rows).map(ChunkWindowTests::row).toList(),
                100,
                List.of("9"),
                false,
                new SnapshotChunk.View(new View(Set.of(SEEN)), Instant.EPOCH),
                Duration.ZERO);
        return window.resolve(chunk).stream()
                .map(row -> row.value(0) + ":" + row.value(1) + ":" + (row.isPresent(2) ? row.value(2) : "?"))
                .toList();
    }

    @Test
    void rowsThatNothingTouchedAreHandedOverInOrder() {
        assertThat(resolve("1:a:x", "2:b:y")).containsExactly("1:a:x", "2:b:y");
    }

    @Test
    @DisplayName("PG-29: a transaction that the rows show suppresses nothing")
    void whatTheRowsShowSuppressesNothing() {
        window.record(event(Operation.UPDATE, ORDERS, null, "1:a:x"), SEEN, 10);
        window.record(event(Operation.DELETE, ORDERS, "3", null), SEEN, 10);
        assertThat(resolve("1:a:x", "2:b:y")).containsExactly("1:a:x", "2:b:y");
    }

    @Test
    @DisplayName("PG-29: a transaction on other tables suppresses nothing")
    void otherTablesSuppressNothing() {
        window.record(event(Operation.UPDATE, new TableId("public", "items"), null, "1:z:z"), LATER, 10);
        window.record(event(Operation.TRUNCATE, new TableId("public", "items"), null, null), LATER, 10);
        assertThat(resolve("1:a:x", "2:b:y")).containsExactly("1:a:x", "2:b:y");
    }

    @Test
    @DisplayName("SN-03, PG-27: a row that a later transaction updated, or wrote anew, is left to that change")
    void aLaterUpdateSuppressesTheRow() {
        change(Operation.UPDATE, null, "1:new:new");
        change(Operation.INSERT, null, "2:new:new");
        assertThat(resolve("1:a:x", "2:b:y", "3:c:z")).containsExactly("3:c:z");
    }

    @Test
    @DisplayName("SN-R5: a row that a later transaction deleted does not come back")
    void aLaterDeleteSuppressesTheRow() {
        change(Operation.DELETE, "1", null);
        assertThat(resolve("1:a:x", "2:b:y")).containsExactly("2:b:y");
    }

    @Test
    @DisplayName("SN-R2: an update of the key suppresses the row of the old key and that of the new one")
    void aChangedKeySuppressesBoth() {
        change(Operation.DELETE, "2", null);
        change(Operation.UPDATE, "1", "2:a:x");
        assertThat(resolve("1:a:x", "2:b:y", "3:c:z")).containsExactly("3:c:z");
    }

    @Test
    @DisplayName("SN-R3: no row that was there before a TRUNCATE is handed over behind it")
    void aTruncateSuppressesAll() {
        change(Operation.UPDATE, null, "1:new:?");
        change(Operation.TRUNCATE, null, null);
        change(Operation.INSERT, null, "2:new:new");
        assertThat(resolve("1:a:x", "2:b:y", "3:c:z")).isEmpty();
    }

    @Test
    @DisplayName("SN-05: a row whose update did not send all columns is handed over whole, as it is after the update")
    void anIncompleteUpdateIsCompleted() {
        change(Operation.UPDATE, null, "1:new:?");
        assertThat(resolve("1:a:x", "2:b:y")).containsExactly("2:b:y", "1:new:x");
    }

    @Test
    @DisplayName("SN-05: a second such update builds on the first, and one that sends all columns ends it")
    void incompleteUpdatesBuildOnEachOther() {
        change(Operation.UPDATE, null, "1:first:?");
        change(Operation.UPDATE, null, "1:second:?");
        change(Operation.UPDATE, null, "2:first:?");
        change(Operation.UPDATE, null, "2:second:sent");
        change(Operation.UPDATE, null, "3:first:sent");
        change(Operation.UPDATE, null, "3:second:?");
        assertThat(resolve("1:a:x", "2:b:y", "3:c:z")).containsExactly("1:second:x", "3:second:sent");
    }

    @Test
    @DisplayName("SN-05, SN-R2: an incomplete update that moves a row takes its columns along")
    void anIncompleteUpdateOfTheKeyIsCompletedUnderTheNewKey() {
        change(Operation.UPDATE, "1", "7:moved:?");
        assertThat(resolve("1:a:x", "2:b:y")).containsExactlyInAnyOrder("7:moved:x", "2:b:y");
    }

    @Test
    void anIncompleteUpdateOfARowThatTheChunkDoesNotHaveIsLeftToThatChange() {
        change(Operation.UPDATE, null, "8:new:?");
        change(Operation.UPDATE, "9", "2:moved:?");
        assertThat(resolve("1:a:x", "2:b:y")).containsExactly("1:a:x");
    }

    @Test
    void aRowThatIsDeletedAfterAnIncompleteUpdateStaysAway() {
        change(Operation.UPDATE, null, "1:new:?");
        change(Operation.DELETE, "1", null);
        assertThat(resolve("1:a:x")).isEmpty();
    }

    @Test
    void theSameKeyAsOldKeyIsNoMove() {
        change(Operation.UPDATE, "1", "1:new:?");
        assertThat(resolve("1:a:x")).containsExactly("1:new:x");
    }

    @Test
    void aChangeOfShapeMakesItUnusable() {
        change(Operation.SCHEMA_CHANGE, null, "1:a:x");
        assertThat(window.isUnusable()).isTrue();
    }

    @Test
    void aChangeThatDoesNotNameItsRowMakesItUnusable() {
        window.record(
                ChangeEvent.of(new EventSource("shop", "simulated"), Operation.UPDATE, ORDERS)
                        .after(Row.of(COLUMNS, Map.of("note", "whose?")))
                        .offset(new Position(1))
                        .commitTime(Instant.EPOCH)
                        .build(),
                LATER,
                10);
        assertThat(window.isUnusable()).isTrue();
    }

    @Test
    void moreThanItKeepsMakesItUnusable() {
        change(Operation.UPDATE, null, "1:a:x");
        assertThat(window.isUnusable()).isFalse();
        window.record(event(Operation.UPDATE, ORDERS, null, "2:b:y"), LATER, 17 << 20);
        assertThat(window.isUnusable()).isTrue();
        ChunkWindow many = new ChunkWindow(TABLE);
        for (int i = 0; i < 50_000; i++) {
            many.record(event(Operation.UPDATE, ORDERS, null, "1:a:x"), LATER, 1);
        }
        assertThat(many.isUnusable()).isFalse();
        many.record(event(Operation.UPDATE, ORDERS, null, "1:a:x"), LATER, 1);
        assertThat(many.isUnusable()).isTrue();
    }
}
