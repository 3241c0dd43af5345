package io.rustcdc.source.postgres;

import io.rustcdc.event.AbsentColumnException;
import io.rustcdc.event.Columns;
import io.rustcdc.event.Row;
import io.rustcdc.event.ValueDecodeException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One row image over the bytes of its message, or of its line. The bounds were checked when the tuple was read. */
final class PostgresRow implements Row {

    private final RowShape shape;
    private final byte[] bytes;
    private final int[] bounds;

    PostgresRow(RowShape shape, Tuple tuple) {
        this.shape = shape;
        this.bytes = tuple.bytes();
        this.bounds = tuple.bounds();
    }

    @Override
    public Columns columns() {
        return shape.columns();
    }

    @Override
    public boolean isPresent(int index) {
        return bounds[2 * index] != Tuple.ABSENT;
    }

    @Override
    public boolean isNull(int index) {
        return bounds[2 * index] == Tuple.NULL;
    }

    @Override
    public @Nullable Object value(int index) {
        int start = requirePresent(index);
        if (start == Tuple.NULL) {
            return null;
        }
        ColumnType type = shape.type(index);
        try {
            return type.decoder().decode(bytes, start, bounds[2 * index + 1] - start);
        } catch (RuntimeException e) {
            // Whatever a parser throws, its message may hold the value.
            throw new ValueDecodeException(columns().name(index), type.name(), e);
        }
    }

    @Override
    public @Nullable String text(int index) {
        int start = requirePresent(index);
        return start == Tuple.NULL
                ? null
                : new String(bytes, start, bounds[2 * index + 1] - start, StandardCharsets.UTF_8);
    }

    private int requirePresent(int index) {
        int start = bounds[2 * index];
        if (start == Tuple.ABSENT) {
            throw new AbsentColumnException(columns().name(index));
        }
        return start;
    }

    @Override
    public String toString() {
        return "Row" + columns().names();
    }
}
