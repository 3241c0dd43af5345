package io.rustcdc.source.mysql;

import io.rustcdc.event.AbsentColumnException;
import io.rustcdc.event.Columns;
import io.rustcdc.event.Row;
import io.rustcdc.event.ValueDecodeException;
import org.jspecify.annotations.Nullable;

/** One row image over the bytes of its event, whose end was found before. Where its columns are is looked up when one is read. */
final class MySqlRow implements Row {

    private final RowShape shape;
    private final RowLayout layout;
    private final byte[] bytes;
    private final int start;

    /** Volatile, since the threads that read the row get it in no order. */
    private volatile int @Nullable [] bounds;

    MySqlRow(RowShape shape, RowLayout layout, byte[] bytes, int start) {
        this.shape = shape;
        this.layout = layout;
        this.bytes = bytes;
        this.start = start;
    }

    @Override
    public Columns columns() {
        return shape.columns();
    }

    @Override
    public boolean isPresent(int index) {
        return bounds()[2 * index] != RowLayout.ABSENT;
    }

    @Override
    public boolean isNull(int index) {
        return bounds()[2 * index] == RowLayout.NULL;
    }

    @Override
    public @Nullable Object value(int index) {
        int[] at = bounds();
        if (isNull(at, index)) {
            return null;
        }
        ColumnCodec codec = shape.codec(index);
        try {
            return codec.value(bytes, at[2 * index], at[2 * index + 1]);
        } catch (RuntimeException e) {
            // Whatever a decoder throws, its message may hold the value.
            throw new ValueDecodeException(columns().name(index), codec.typeName(), e);
        }
    }

    @Override
    public @Nullable String text(int index) {
        int[] at = bounds();
        if (isNull(at, index)) {
            return null;
        }
        ColumnCodec codec = shape.codec(index);
        try {
            return codec.text(bytes, at[2 * index], at[2 * index + 1]);
        } catch (RuntimeException e) {
            throw new ValueDecodeException(columns().name(index), codec.typeName(), e);
        }
    }

    private boolean isNull(int[] at, int index) {
        if (at[2 * index] == RowLayout.ABSENT) {
            throw new AbsentColumnException(columns().name(index));
        }
        return at[2 * index] == RowLayout.NULL;
    }

    private int[] bounds() {
        int[] known = bounds;
        if (known == null) {
            known = layout.bounds(bytes, start);
            bounds = known;
        }
        return known;
    }

    @Override
    public String toString() {
        return "Row" + columns().names();
    }
}
