package io.rustcdc.source.sqlserver;

import io.rustcdc.event.TableId;
import java.util.List;

/**
 * A table whose rows can be read.
 *
 * @param shape that of its changes
 * @param key the columns by which it is read in order; empty where it has no such key
 */
record ReadableTable(TableId id, RowShape shape, List<String> key) {

    /** @param instances of one table, the oldest first: the newest says what the table looks like */
    static ReadableTable of(List<CaptureInstance> instances) {
        CaptureInstance newest = instances.get(instances.size() - 1);
        List<CapturedColumn> columns =
                newest.columns().stream().filter(CapturedColumn::inSource).toList();
        List<String> names = columns.stream().map(CapturedColumn::name).toList();
        List<String> primary = names.containsAll(newest.key()) ? newest.key() : List.of();
        boolean ordered = primary.stream()
                .map(names::indexOf)
                .allMatch(index -> columns.get(index).type().comparable());
        return new ReadableTable(newest.table(), new RowShape(columns, primary), ordered ? primary : List.of());
    }

    /** The primary key, by which changes name their rows. */
    List<String> identity() {
        return shape.columns().key();
    }

    ColumnType type(String column) {
        return shape.type(shape.columns().indexOf(column));
    }

    String quoted() {
        return SqlServerSql.quoted(String.valueOf(id.schema())) + "." + SqlServerSql.quoted(id.name());
    }
}
