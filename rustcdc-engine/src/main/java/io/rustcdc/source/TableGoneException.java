package io.rustcdc.source;

import io.rustcdc.event.TableId;

/** The table that was to be read does not exist any more, or has another key than it had. */
public final class TableGoneException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient TableId table;

    public TableGoneException(TableId table, String what) {
        super("Table '%s' %s".formatted(table, what));
        this.table = table;
    }

    public TableId table() {
        return table;
    }
}
