package io.rustcdc.event;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The primary key of one row: all of its columns, or there is no key at all.
 *
 * @param columns the key's columns in key order, at least one
 * @param values their values in the same order; none is null
 */
public record RowKey(List<String> columns, List<Object> values) {

    public RowKey {
        columns = List.copyOf(columns);
        values = Collections.unmodifiableList(new ArrayList<>(values));
        if (columns.isEmpty() || columns.size() != values.size()) {
            throw new IllegalArgumentException(
                    "A key needs one value per column, found %d for %s".formatted(values.size(), columns));
        }
    }

    /** The key of a row, or null when its table has none or any part of it is absent or NULL. */
    static @Nullable RowKey of(@Nullable Row row) {
        if (row == null || row.columns().key().isEmpty()) {
            return null;
        }
        int[] indexes = row.columns().keyIndexes();
        List<Object> values = new ArrayList<>(indexes.length);
        for (int index : indexes) {
            Object value = row.isPresent(index) ? row.value(index) : null;
            if (value == null) {
                return null;
            }
            values.add(value);
        }
        return new RowKey(row.columns().key(), values);
    }
}
