package io.rustcdc.source.postgres;

import static io.rustcdc.source.postgres.Assembly.ORDERS;
import static io.rustcdc.source.postgres.PgOutputWriter.UNCHANGED;
import static io.rustcdc.source.postgres.PgOutputWriter.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rustcdc.event.AbsentColumnException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.event.RowKey;
import io.rustcdc.event.RowWrite;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PostgresRowTests {

    private static final RowKey ONE = new RowKey(List.of("id"), List.of(1L));
    private static final RowKey TWO = new RowKey(List.of("id"), List.of(2L));

    @Test
    void aNullAnEmptyTextAndAValueAreThreeThings() {
        Row row = change('d', PgOutputWriter.insert(ORDERS, "1", null, "")).afterRow();

        assertThat(row.toMap())
                .containsEntry("id", 1L)
                .containsEntry("note", null)
                .containsEntry("body", "");
        assertThat(row.isNull(1)).isTrue();
        assertThat(row.text(1)).isNull();
        assertThat(row.isNull(2)).isFalse();
        assertThat(row.text(2)).isEmpty();
        assertThat(row.isComplete()).isTrue();
    }

    @Test
    @DisplayName("PG-18: an unchanged TOAST value is absent from the after image, not null")
    void anUnchangedToastValueIsAbsent() {
        ChangeEvent<Row> change = change('d', PgOutputWriter.update(ORDERS, "1", "b", UNCHANGED));

        assertAbsent(change.afterRow(), 2);
        assertThat(change.afterRow().toMap()).containsOnlyKeys("id", "note");
        assertThat(change.rowWrite()).isEqualTo(new RowWrite.Merge(ONE, null, change.afterRow()));
    }

    @Test
    @DisplayName("PG-19, PG-21: holes of the two images are told apart")
    void eachImageHasItsOwnHoles() {
        ChangeEvent<Row> modified = change(
                'f',
                message('U')
                        .int32(ORDERS)
                        .tuple('O', "1", "a", UNCHANGED)
                        .tuple('N', "1", "a", "new")
                        .bytes());
        ChangeEvent<Row> untouched = change(
                'f',
                message('U')
                        .int32(ORDERS)
                        .tuple('O', "1", "a", "old")
                        .tuple('N', "1", "b", UNCHANGED)
                        .bytes());

        assertAbsent(modified.beforeRow(), 2);
        assertThat(modified.afterRow().isComplete()).isTrue();
        assertThat(untouched.beforeRow().isComplete()).isTrue();
        assertAbsent(untouched.afterRow(), 2);
    }

    @Test
    @DisplayName("PG-20: a delete keeps the holes of its old row")
    void aDeleteKeepsItsHoles() {
        ChangeEvent<Row> change = change('f', PgOutputWriter.delete(ORDERS, 'O', "1", "a", UNCHANGED));

        assertAbsent(change.beforeRow(), 2);
        assertThat(change.beforeKeyOnly()).isFalse();
        assertThat(change.rowWrite()).isEqualTo(new RowWrite.Delete(ONE));
    }

    @Test
    @DisplayName("PG-R2: under DEFAULT identity an update of another column has no before image and a whole write")
    void anOrdinaryUpdateHasNoBefore() {
        ChangeEvent<Row> change = change('d', PgOutputWriter.update(ORDERS, "1", "b", "c"));

        assertThat(change.beforeRow()).isNull();
        assertThat(change.rowWrite()).isEqualTo(new RowWrite.Replace(ONE, null, change.afterRow()));
    }

    @Test
    @DisplayName("PG-R5: a key-only before image has the key columns and nothing else")
    void aKeyOnlyBeforeImageHasNoOtherColumns() {
        ChangeEvent<Row> moved = change(
                'd',
                message('U')
                        .int32(ORDERS)
                        .tuple('K', "1", null, null)
                        .tuple('N', "2", "b", "c")
                        .bytes());
        ChangeEvent<Row> deleted = change('d', PgOutputWriter.delete(ORDERS, 'K', "1", null, null));

        for (ChangeEvent<Row> change : List.of(moved, deleted)) {
            assertThat(change.beforeKeyOnly()).isTrue();
            assertThat(change.beforeRow().toMap()).containsOnlyKeys("id").containsEntry("id", 1L);
            assertAbsent(change.beforeRow(), 1);
        }
        assertThat(moved.rowWrite()).isEqualTo(new RowWrite.Replace(TWO, ONE, moved.afterRow()));
        assertThat(deleted.rowWrite()).isEqualTo(new RowWrite.Delete(ONE));
    }

    @Test
    void namesItsColumnsAndNoValues() {
        assertThat(change('d', PgOutputWriter.insert(ORDERS, "1", "secret", null))
                        .afterRow())
                .hasToString("Row[id, note, body]");
    }

    private static void assertAbsent(Row row, int index) {
        assertThat(row.isPresent(index)).isFalse();
        assertThat(row.isNull(index)).isFalse();
        assertThatExceptionOfType(AbsentColumnException.class).isThrownBy(() -> row.value(index));
        assertThatExceptionOfType(AbsentColumnException.class).isThrownBy(() -> row.text(index));
    }

    private static ChangeEvent<Row> change(char identity, ByteBuffer message) {
        String star = identity == 'f' ? "*" : "";
        return Assembly.fresh()
                .message(
                        PgOutputWriter.relation(
                                ORDERS, "public", "orders", identity, "*id 20", star + "note 25", star + "body 25"),
                        0)
                .begin(500)
                .message(message, 100)
                .commit(500, 560)
                .sink
                .events()
                .get(0);
    }
}
