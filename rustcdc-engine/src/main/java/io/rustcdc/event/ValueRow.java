package io.rustcdc.event;

import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A row that holds ready values. */
final class ValueRow implements Row {

    private final Columns columns;
    private final boolean[] present;
    private final @Nullable Object[] values;

    private ValueRow(Columns columns, boolean[] present, @Nullable Object[] values) {
        this.columns = columns;
        this.present = present;
        this.values = values;
    }

    static ValueRow of(Columns columns, Map<String, ? extends @Nullable Object> named) {
        boolean[] present = new boolean[columns.size()];
        @Nullable Object[] values = new @Nullable Object[columns.size()];
        for (Map.Entry<String, ? extends @Nullable Object> entry : named.entrySet()) {
            int index = columns.indexOf(entry.getKey());
            if (index < 0) {
                throw new IllegalArgumentException(
                        "There is no column '%s'; the columns are %s".formatted(entry.getKey(), columns.names()));
            }
            present[index] = true;
            values[index] = entry.getValue();
        }
        return new ValueRow(columns, present, values);
    }

    @Override
    public Columns columns() {
        return columns;
    }

    @Override
    public boolean isPresent(int index) {
        return present[index];
    }

    @Override
    public boolean isNull(int index) {
        return present[index] && values[index] == null;
    }

    @Override
    public @Nullable Object value(int index) {
        if (!present[index]) {
            throw new AbsentColumnException(columns.name(index));
        }
        return values[index];
    }

    @Override
    public @Nullable String text(int index) {
        return text(value(index));
    }

    static @Nullable String text(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return "\\x" + HexFormat.of().formatHex(bytes);
        }
        return value == null ? null : value.toString();
    }

    @Override
    public String toString() {
        return "Row" + columns.names();
    }
}
