package io.rustcdc.source.mysql;

import io.rustcdc.event.Columns;
import io.rustcdc.event.Row;
import io.rustcdc.event.ValueDecodeException;
import org.jspecify.annotations.Nullable;

/** One row of a SELECT of {@link ColumnCodec#select} of each column: all are present. The cells belong to the row from here on. */
final class CellRow implements Row {

    private final RowShape shape;
    private final byte[] @Nullable [] cells;

    /** @param cells what the server sent for each column, null for NULL */
    CellRow(RowShape shape, byte[] @Nullable [] cells) {
        this.shape = shape;
        this.cells = cells;
    }

    @Override
    public Columns columns() {
        return shape.columns();
    }

    @Override
    public boolean isPresent(int index) {
        return true;
    }

    @Override
    public boolean isNull(int index) {
        return cells[index] == null;
    }

    @Override
    public @Nullable Object value(int index) {
        byte[] cell = cells[index];
        if (cell == null) {
            return null;
        }
        ColumnCodec codec = shape.codec(index);
        try {
            return codec.cellValue(cell);
        } catch (RuntimeException e) {
            // Whatever a decoder throws, its message may hold the value.
            throw new ValueDecodeException(columns().name(index), codec.typeName(), e);
        }
    }

    @Override
    public @Nullable String text(int index) {
        byte[] cell = cells[index];
        if (cell == null) {
            return null;
        }
        ColumnCodec codec = shape.codec(index);
        try {
            return codec.cellText(cell);
        } catch (RuntimeException e) {
            throw new ValueDecodeException(columns().name(index), codec.typeName(), e);
        }
    }

    @Override
    public String toString() {
        return "Row" + columns().names();
    }
}
