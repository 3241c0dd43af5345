package io.rustcdc.spring.mapping;

import io.rustcdc.event.Columns;
import io.rustcdc.event.Row;
import org.jspecify.annotations.Nullable;

/**
 * The row after an update whose unsent columns are read from the row before it: not sent means that the update left them as
 * they were.
 */
final class CompletedRow implements Row {

    private final Row after;
    private final Row before;

    /** Both rows must have the same columns in the same order. */
    CompletedRow(Row after, Row before) {
        this.after = after;
        this.before = before;
    }

    @Override
    public Columns columns() {
        return after.columns();
    }

    @Override
    public boolean isPresent(int index) {
        return after.isPresent(index) || before.isPresent(index);
    }

    @Override
    public boolean isNull(int index) {
        return source(index).isNull(index);
    }

    @Override
    public @Nullable Object value(int index) {
        return source(index).value(index);
    }

    @Override
    public @Nullable String text(int index) {
        return source(index).text(index);
    }

    private Row source(int index) {
        return after.isPresent(index) ? after : before;
    }

    @Override
    public String toString() {
        return after.toString();
    }
}
