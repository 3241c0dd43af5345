package io.rustcdc.transform;

import io.rustcdc.event.Columns;
import io.rustcdc.event.Row;

/** A row that may be looked at but not read. */
record Undecodable(Columns columns) implements Row {

    @Override
    public boolean isPresent(int index) {
        return true;
    }

    @Override
    public boolean isNull(int index) {
        return false;
    }

    @Override
    public Object value(int index) {
        throw new UnsupportedOperationException("read " + columns.name(index));
    }

    @Override
    public String text(int index) {
        throw new UnsupportedOperationException("read " + columns.name(index));
    }
}
