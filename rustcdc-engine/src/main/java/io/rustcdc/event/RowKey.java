package io.rustcdc.event;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The primary key of one row: all of its columns, or there is no key at all. Keys are equal when their columns and values
 * are; bytes are compared by their content, also inside lists.
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

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RowKey key && columns.equals(key.columns) && same(values, key.values);
    }

    @Override
    public int hashCode() {
        return 31 * columns.hashCode() + hash(values);
    }

    private static boolean same(@Nullable Object one, @Nullable Object other) {
        if (one instanceof byte[] bytes && other instanceof byte[] others) {
            return Arrays.equals(bytes, others);
        }
        if (!(one instanceof List<?> list && other instanceof List<?> others)) {
            return Objects.equals(one, other);
        }
        boolean same = list.size() == others.size();
        for (int i = 0; same && i < list.size(); i++) {
            same = same(list.get(i), others.get(i));
        }
        return same;
    }

    private static int hash(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return Arrays.hashCode(bytes);
        }
        if (!(value instanceof List<?> list)) {
            return Objects.hashCode(value);
        }
        int hash = 1;
        for (Object element : list) {
            hash = 31 * hash + hash(element);
        }
        return hash;
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
