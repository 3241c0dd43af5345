package io.rustcdc.test;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.RowKey;
import io.rustcdc.event.Transaction;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ObjectAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions on one change. Columns are those of the untyped images. Values are equal when they are the same value: whole
 * numbers and decimals by number ({@code 7} is {@code 7L}, {@code 10.5} is {@code 10.50}), bytes and lists by content.
 *
 * @param <T> the type of the event's images
 */
public final class ChangeEventAssert<T> extends AbstractAssert<ChangeEventAssert<T>, ChangeEvent<T>> {

    ChangeEventAssert(@Nullable ChangeEvent<T> actual) {
        super(actual, ChangeEventAssert.class);
    }

    public ChangeEventAssert<T> isInsert() {
        return hasOperation(Operation.INSERT);
    }

    public ChangeEventAssert<T> isUpdate() {
        return hasOperation(Operation.UPDATE);
    }

    public ChangeEventAssert<T> isDelete() {
        return hasOperation(Operation.DELETE);
    }

    /** A row that a snapshot read. */
    public ChangeEventAssert<T> isRead() {
        return hasOperation(Operation.READ);
    }

    public ChangeEventAssert<T> isTruncate() {
        return hasOperation(Operation.TRUNCATE);
    }

    public ChangeEventAssert<T> isSchemaChange() {
        return hasOperation(Operation.SCHEMA_CHANGE);
    }

    public ChangeEventAssert<T> hasOperation(Operation expected) {
        return check("the operation", expected, event().operation());
    }

    /** @param expected the qualified name, such as {@code public.orders} */
    public ChangeEventAssert<T> hasTable(String expected) {
        return check("the table", expected, event().table().qualifiedName());
    }

    /** @param expected the source's configured name */
    public ChangeEventAssert<T> hasSource(String expected) {
        return check("the source", expected, event().source().name());
    }

    /** The values of the primary key, in key order; for a DELETE those of the removed row. */
    public ChangeEventAssert<T> hasKey(Object... expected) {
        RowKey key = event().key();
        if (key == null) {
            throw failure("Expected %s to have the key %s, but its key is not known", actual, Arrays.asList(expected));
        }
        return check("the key", List.of(expected), key.values());
    }

    /** The column is present in the image after the change, with this value; null is SQL NULL. */
    public ChangeEventAssert<T> hasAfter(String column, @Nullable Object expected) {
        return check("'" + column + "' after the change", expected, present(after(column), column, "after"));
    }

    /** The column is present in the image before the change, with this value; null is SQL NULL. */
    public ChangeEventAssert<T> hasBefore(String column, @Nullable Object expected) {
        return check("'" + column + "' before the change", expected, present(before(column), column, "before"));
    }

    /** The column had the first value before the change and has the second one after it. */
    public ChangeEventAssert<T> changed(String column, @Nullable Object from, @Nullable Object to) {
        return hasBefore(column, from).hasAfter(column, to);
    }

    /** The column has another value after the change than before it. */
    public ChangeEventAssert<T> changed(String column) {
        Object value = present(before(column), column, "before");
        if (Values.same(value, present(after(column), column, "after"))) {
            throw failure(
                    "Expected '%s' of %s to change, but it is %s before and after",
                    column, actual, Values.shown(value));
        }
        return this;
    }

    /** The column has the same value before and after the change. */
    public ChangeEventAssert<T> didNotChange(String column) {
        Object value = present(before(column), column, "before");
        return check("'" + column + "' after the change", value, present(after(column), column, "after"));
    }

    /** The table has this column, but the source did not send it in the image after the change. */
    public ChangeEventAssert<T> hasAbsent(String column) {
        Row row = after(column);
        if (row.isPresent(column)) {
            throw failure(
                    "Expected '%s' of %s to be absent, but it is %s", column, actual, Values.shown(row.get(column)));
        }
        return this;
    }

    /** This change is the last one of its transaction. */
    public ChangeEventAssert<T> isLastOfTransaction() {
        Transaction transaction = event().transaction();
        if (transaction == null || !transaction.last()) {
            throw failure("Expected %s to be the last change of its transaction, but that is %s", actual, transaction);
        }
        return this;
    }

    /** Goes on with the typed image before the change, which may be null. */
    public ObjectAssert<@Nullable T> before() {
        return Assertions.assertThat(event().before()).as("before of %s", actual);
    }

    /** Goes on with the typed image after the change, which may be null. */
    public ObjectAssert<@Nullable T> after() {
        return Assertions.assertThat(event().after()).as("after of %s", actual);
    }

    private ChangeEvent<T> event() {
        isNotNull();
        return actual;
    }

    private Row after(String column) {
        return known(event().afterRow(), column, "after");
    }

    private Row before(String column) {
        return known(event().beforeRow(), column, "before");
    }

    private Row known(@Nullable Row row, String column, String image) {
        if (row == null) {
            String hint = image.equals("before") && actual.operation() == Operation.UPDATE
                    ? ". PostgreSQL sends it after: ALTER TABLE %s REPLICA IDENTITY FULL".formatted(actual.table())
                    : "";
            throw failure("Expected %s to have an image %s the change, but there is none%s", actual, image, hint);
        }
        if (row.columns().indexOf(column) < 0) {
            throw failure(
                    "Expected %s to have a column '%s', but its columns are %s",
                    actual, column, row.columns().names());
        }
        return row;
    }

    private @Nullable Object present(Row row, String column, String image) {
        if (!row.isPresent(column)) {
            throw failure(
                    "Expected '%s' of %s %s the change, but it is absent: the source did not send it",
                    column, actual, image);
        }
        return row.get(column);
    }

    private ChangeEventAssert<T> check(String what, @Nullable Object expected, @Nullable Object found) {
        if (!Values.same(expected, found)) {
            throw failureWithActualExpected(
                    found,
                    expected,
                    "Expected %s of %s to be %s, but it is %s",
                    what,
                    actual,
                    Values.shown(expected),
                    Values.shown(found));
        }
        return this;
    }
}
