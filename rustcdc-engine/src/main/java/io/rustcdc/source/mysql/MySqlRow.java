package io.rustcdc.source.mysql;

import io.rustcdc.event.AbsentColumnException;
import io.rustcdc.event.Columns;
import io.rustcdc.event.Row;
import io.rustcdc.event.ValueDecodeException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** One row image over the bytes of its event, whose end was found before. Where its columns are is looked up when one is read. */
final class MySqlRow implements Row {

    /** Release and acquire, where a volatile write would cost a fence for each row. */
    private static final VarHandle BOUNDS = boundsField();

    private final RowShape shape;
    private final RowLayout layout;
    private final byte[] bytes;
    private final int start;

    /** By {@link #BOUNDS} only, since the threads that read the row get it in no order. Two may find it out: it is the same. */
    @SuppressWarnings("UnusedVariable") // it does not see who reads it
    private int @Nullable [] bounds;

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
        int[] known = (int[]) BOUNDS.getAcquire(this);
        if (known == null) {
            known = layout.bounds(bytes, start);
            BOUNDS.setRelease(this, known);
        }
        return known;
    }

    private static VarHandle boundsField() {
        try {
            return MethodHandles.lookup().findVarHandle(MySqlRow.class, "bounds", int[].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @Override
    public String toString() {
        return "Row" + columns().names();
    }
}
