package io.rustcdc.source.postgres;

import io.rustcdc.event.AbsentColumnException;
import io.rustcdc.event.Columns;
import io.rustcdc.event.Row;
import io.rustcdc.event.ValueDecodeException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One row image over the bytes of its message. A column begins with its kind, {@code n} for NULL or {@code t}; a text has
 * its length in the next four bytes. Its bounds were checked when the tuple was read.
 */
final class PostgresRow implements Row {

    private static final int HEADER = 1 + Integer.BYTES;

    private final RowShape shape;
    private final byte[] bytes;
    private final int[] starts;

    PostgresRow(RowShape shape, byte[] bytes, int[] starts) {
        this.shape = shape;
        this.bytes = bytes;
        this.starts = starts;
    }

    @Override
    public Columns columns() {
        return shape.columns();
    }

    @Override
    public boolean isPresent(int index) {
        return starts[index] != Tuple.ABSENT;
    }

    @Override
    public boolean isNull(int index) {
        int start = starts[index];
        return start != Tuple.ABSENT && bytes[start] == 'n';
    }

    @Override
    public @Nullable Object value(int index) {
        int start = requirePresent(index);
        if (bytes[start] == 'n') {
            return null;
        }
        ColumnType type = shape.type(index);
        try {
            return type.decoder().decode(bytes, start + HEADER, length(start));
        } catch (RuntimeException e) {
            // Whatever a parser throws, its message may hold the value.
            throw new ValueDecodeException(columns().name(index), type.name(), e);
        }
    }

    @Override
    public @Nullable String text(int index) {
        int start = requirePresent(index);
        return bytes[start] == 'n' ? null : new String(bytes, start + HEADER, length(start), StandardCharsets.UTF_8);
    }

    private int requirePresent(int index) {
        int start = starts[index];
        if (start == Tuple.ABSENT) {
            throw new AbsentColumnException(columns().name(index));
        }
        return start;
    }

    private int length(int start) {
        return (bytes[start + 1] & 0xFF) << 24
                | (bytes[start + 2] & 0xFF) << 16
                | (bytes[start + 3] & 0xFF) << 8
                | (bytes[start + 4] & 0xFF);
    }

    @Override
    public String toString() {
        return "Row" + columns().names();
    }
}
