package io.rustcdc.source.sqlserver;

import io.rustcdc.event.AbsentColumnException;
import io.rustcdc.event.Columns;
import io.rustcdc.event.Row;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** One row of a change table or of a source table. The values belong to the row. */
final class SqlServerRow implements Row {

    /** Stands for a column of which the change table does not have the value. */
    private static final Object ABSENT = new Object();

    private static final int ROW_BYTES = 64;
    private static final int VALUE_BYTES = 24;
    private static final int ARRAY_BYTES = 40;

    private final RowShape shape;
    private final @Nullable Object[] values;

    private SqlServerRow(RowShape shape, @Nullable Object[] values) {
        this.shape = shape;
        this.values = values;
    }

    /** @param first the index of the first column in the result */
    static SqlServerRow read(RowShape shape, ResultSet row, int first) throws SQLException {
        @Nullable Object[] values = new @Nullable Object[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = shape.type(i).kind().get(row, first + i);
        }
        return new SqlServerRow(shape, values);
    }

    /** The same row without what a change table leaves out. */
    SqlServerRow asLogged(int operation, UpdateMask mask) {
        @Nullable Object[] logged = values;
        for (int i = 0; i < values.length; i++) {
            if (values[i] == null && mask.leavesOut(shape.column(i), operation)) {
                if (logged == values) {
                    logged = values.clone();
                }
                logged[i] = ABSENT;
            }
        }
        return logged == values ? this : new SqlServerRow(shape, logged);
    }

    /** The same row in a shape with fewer columns. */
    SqlServerRow in(RowShape other) {
        if (other == shape) {
            return this;
        }
        @Nullable Object[] fewer = new @Nullable Object[other.size()];
        for (int i = 0; i < fewer.length; i++) {
            fewer[i] = values[shape.columns().indexOf(other.columns().name(i))];
        }
        return new SqlServerRow(other, fewer);
    }

    /** Roughly the memory that the row holds. */
    int bytes() {
        long bytes = ROW_BYTES;
        for (Object value : values) {
            bytes += VALUE_BYTES;
            if (value instanceof String text) {
                bytes += ARRAY_BYTES + 2L * text.length();
            } else if (value instanceof byte[] array) {
                bytes += ARRAY_BYTES + (long) array.length;
            }
        }
        return (int) Math.min(bytes, Integer.MAX_VALUE);
    }

    @Override
    public Columns columns() {
        return shape.columns();
    }

    @Override
    public boolean isPresent(int index) {
        return values[index] != ABSENT;
    }

    @Override
    public boolean isNull(int index) {
        return values[index] == null;
    }

    @Override
    public @Nullable Object value(int index) {
        Object value = values[index];
        if (value == ABSENT) {
            throw new AbsentColumnException(columns().name(index));
        }
        return value instanceof byte[] bytes ? bytes.clone() : value;
    }

    @Override
    public @Nullable String text(int index) {
        Object value = value(index);
        return value == null
                ? null
                : shape.type(index).kind().text(value, shape.type(index).digits());
    }

    @Override
    public String toString() {
        return "Row" + columns().names();
    }
}
