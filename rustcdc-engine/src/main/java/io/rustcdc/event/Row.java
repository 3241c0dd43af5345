package io.rustcdc.event;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One image of a row. For each column there are three cases, and no sentinel stands for any of them: it has a value, it
 * is SQL NULL, or it is absent because the source did not send it (an unchanged TOAST value, a minimal row image, the
 * non-key columns of a key-only image).
 *
 * <p>Rows decode a column when it is read. They are immutable, safe to keep and to hand to other threads; reading a
 * column twice may decode it twice.
 */
public interface Row {

    Columns columns();

    /** Whether the source sent this column, be it as a value or as NULL. */
    boolean isPresent(int index);

    /** Whether the column is present and SQL NULL. */
    boolean isNull(int index);

    /**
     * The value of a present column as the Java type that holds it without loss, or null for SQL NULL.
     *
     * @throws AbsentColumnException if the column is absent
     * @throws ValueDecodeException if the bytes that the source sent are not a value of the column's type
     */
    @Nullable
    Object value(int index);

    /**
     * The value in the database's own text form, or null for SQL NULL.
     *
     * @throws AbsentColumnException if the column is absent
     */
    @Nullable
    String text(int index);

    /** As {@link #isPresent(int)}; false for a column that the table does not have. */
    default boolean isPresent(String column) {
        int index = columns().indexOf(column);
        return index >= 0 && isPresent(index);
    }

    /**
     * As {@link #value(int)}.
     *
     * @throws IllegalArgumentException if the table has no such column
     */
    default @Nullable Object get(String column) {
        int index = columns().indexOf(column);
        if (index < 0) {
            throw new IllegalArgumentException("There is no column '%s'; the columns are %s"
                    .formatted(column, columns().names()));
        }
        return value(index);
    }

    /** Whether every column of the table is present. */
    default boolean isComplete() {
        for (int i = 0; i < columns().size(); i++) {
            if (!isPresent(i)) {
                return false;
            }
        }
        return true;
    }

    /** The present columns with their values, in the table's order; SQL NULL is a null value. A copy. */
    default Map<String, @Nullable Object> toMap() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < columns().size(); i++) {
            if (isPresent(i)) {
                map.put(columns().name(i), value(i));
            }
        }
        return map;
    }

    /**
     * The same row with another value in one column, which is present then. The others are still decoded when they are read.
     *
     * @param value null for SQL NULL
     * @throws IllegalArgumentException if the table has no such column
     */
    default Row with(String column, @Nullable Object value) {
        int index = columns().indexOf(column);
        if (index < 0) {
            throw new IllegalArgumentException("There is no column '%s'; the columns are %s"
                    .formatted(column, columns().names()));
        }
        return new ReplacedValueRow(this, index, value);
    }

    /** A row of given values; columns that the map does not name are absent. */
    static Row of(Columns columns, Map<String, ? extends @Nullable Object> values) {
        return ValueRow.of(columns, values);
    }
}
