package io.rustcdc.source.mysql;

import io.rustcdc.event.TableId;
import java.util.List;

/**
 * How to read the rows of a table.
 *
 * @param key the columns by which it is read in order; empty when it is read in one pass
 * @param storage where its rows are
 */
record ReadableTable(TableId id, RowShape shape, List<String> key, Storage storage) {

    /**
     * @param engine the storage engine by its name, in upper case
     * @param versioned whether it keeps the rows of the past, which the stream brings as rows of their own
     */
    record Storage(String engine, boolean versioned) {

        /** Whether a view of the database shows the rows as they were when it was opened. */
        boolean hasViews() {
            return engine.equals("INNODB") || engine.equals("ROCKSDB");
        }
    }

    ReadableTable {
        key = List.copyOf(key);
    }

    ColumnCodec codec(String column) {
        return shape.codec(shape.columns().indexOf(column));
    }

    static String quoted(TableId id) {
        return Sql.quoted(String.valueOf(id.schema())) + "." + Sql.quoted(id.name());
    }
}
