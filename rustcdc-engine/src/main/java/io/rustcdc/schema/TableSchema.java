package io.rustcdc.schema;

import io.rustcdc.event.TableId;
import java.util.List;
import java.util.Objects;

/**
 * The shape of a table at one point of the stream. Equal shapes are equal values.
 *
 * @param table the table
 * @param columns in the table's order
 * @param key the primary key's columns in key order; empty when none is known
 */
public record TableSchema(TableId table, List<ColumnSchema> columns, List<String> key) {

    public TableSchema {
        Objects.requireNonNull(table, "table");
        columns = List.copyOf(columns);
        key = List.copyOf(key);
    }
}
