package io.rustcdc.transform;

import io.rustcdc.event.AbsentColumnException;
import io.rustcdc.event.Columns;
import io.rustcdc.event.Row;
import org.jspecify.annotations.Nullable;

/** A view of a row by a plan. A value is decoded, and masked or hashed, when it is read, and never otherwise. */
final class TransformedRow implements Row {

    private final ColumnPlan plan;
    private final Row row;

    TransformedRow(ColumnPlan plan, Row row) {
        this.plan = plan;
        this.row = row;
    }

    @Override
    public Columns columns() {
        return plan.target();
    }

    @Override
    public boolean isPresent(int index) {
        return row.isPresent(plan.source(index));
    }

    @Override
    public boolean isNull(int index) {
        int source = plan.source(index);
        ValueChange change = plan.change(index);
        return row.isPresent(source) && (change == null ? row.isNull(source) : change.isNull(row, source));
    }

    @Override
    public @Nullable Object value(int index) {
        int source = requirePresent(index);
        ValueChange change = plan.change(index);
        return change == null ? row.value(source) : change.of(row, source);
    }

    @Override
    public @Nullable String text(int index) {
        int source = requirePresent(index);
        ValueChange change = plan.change(index);
        return change == null ? row.text(source) : change.of(row, source);
    }

    private int requirePresent(int index) {
        int source = plan.source(index);
        if (!row.isPresent(source)) {
            throw new AbsentColumnException(plan.target().name(index));
        }
        return source;
    }

    @Override
    public String toString() {
        return "Row" + plan.target().names();
    }
}
