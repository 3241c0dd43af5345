package io.rustcdc.event;

import org.jspecify.annotations.Nullable;

/** A row of which one column has another value. */
final class ReplacedValueRow implements Row {

    private final Row row;
    private final int replaced;
    private final @Nullable Object value;

    ReplacedValueRow(Row row, int replaced, @Nullable Object value) {
        this.row = row;
        this.replaced = replaced;
        this.value = value;
    }

    @Override
    public Columns columns() {
        return row.columns();
    }

    @Override
    public boolean isPresent(int index) {
        return index == replaced || row.isPresent(index);
    }

    @Override
    public boolean isNull(int index) {
        return index == replaced ? value == null : row.isNull(index);
    }

    @Override
    public @Nullable Object value(int index) {
        return index == replaced ? value : row.value(index);
    }

    @Override
    public @Nullable String text(int index) {
        return index == replaced ? ValueRow.text(value) : row.text(index);
    }

    @Override
    public String toString() {
        return row.toString();
    }
}
