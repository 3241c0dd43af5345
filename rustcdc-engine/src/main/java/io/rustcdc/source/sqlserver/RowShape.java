package io.rustcdc.source.sqlserver;

import io.rustcdc.event.Columns;
import java.util.List;

/** The columns of the rows of a table and how their values are read. All rows of one shape share it. */
final class RowShape {

    private final Columns columns;
    private final List<CapturedColumn> captured;

    RowShape(List<CapturedColumn> captured, List<String> key) {
        this.captured = List.copyOf(captured);
        this.columns = Columns.of(captured.stream().map(CapturedColumn::name).toList(), key);
    }

    Columns columns() {
        return columns;
    }

    CapturedColumn column(int index) {
        return captured.get(index);
    }

    ColumnType type(int index) {
        return captured.get(index).type();
    }

    int size() {
        return captured.size();
    }

    /** What gives the values of the columns, in order. */
    List<String> select(String prefix) {
        return captured.stream()
                .map(column -> column.type().select(prefix + SqlServerSql.quoted(column.name())))
                .toList();
    }
}
