package io.rustcdc.source.mysql;

import io.rustcdc.event.Columns;
import java.util.List;

/** How to read the rows of one version of a table. Immutable, shared by all its rows. */
final class RowShape {

    private final Columns columns;
    private final ColumnCodec[] codecs;

    /**
     * @param names of the columns
     * @param codecs of each one
     * @param key the primary key's columns in key order
     */
    RowShape(List<String> names, List<ColumnCodec> codecs, List<String> key) {
        this.columns = Columns.of(names, key);
        this.codecs = codecs.toArray(new ColumnCodec[0]);
    }

    Columns columns() {
        return columns;
    }

    ColumnCodec codec(int index) {
        return codecs[index];
    }
}
