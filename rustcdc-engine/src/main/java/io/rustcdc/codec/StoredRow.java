package io.rustcdc.codec;

import io.rustcdc.event.Columns;
import io.rustcdc.event.Row;
import io.rustcdc.event.ValueDecodeException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A row that was kept, and of which some columns have a text of their own, or no value. */
final class StoredRow implements Row {

    private final Row values;
    private final Map<Integer, Own> own;

    /**
     * What a column has besides a value.
     *
     * @param text in the database's form; null where it could not be told
     * @param undecodable why there is no value; null where there is one
     */
    record Own(@Nullable String text, @Nullable String undecodable) {}

    StoredRow(Row values, Map<Integer, Own> own) {
        this.values = values;
        this.own = Map.copyOf(own);
    }

    @Override
    public Columns columns() {
        return values.columns();
    }

    @Override
    public boolean isPresent(int index) {
        return values.isPresent(index);
    }

    @Override
    public boolean isNull(int index) {
        return values.isNull(index);
    }

    @Override
    public @Nullable Object value(int index) {
        Own column = own.get(index);
        if (column != null && column.undecodable != null) {
            throw new ValueDecodeException(column.undecodable);
        }
        return values.value(index);
    }

    @Override
    public @Nullable String text(int index) {
        Own column = own.get(index);
        if (column == null) {
            return values.text(index);
        }
        if (column.text == null) {
            throw new ValueDecodeException(String.valueOf(column.undecodable));
        }
        return column.text;
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
