package io.rustcdc.source.sqlserver;

import io.rustcdc.event.TableId;
import io.rustcdc.schema.ColumnSchema;
import io.rustcdc.schema.TableSchema;
import io.rustcdc.source.internal.SchemaWatch;
import java.util.List;

/** One version of a table as a capture instance shows it. For the reader's thread; its shape goes with the rows. */
final class CapturedTable implements SchemaWatch.Described {

    private final TableSchema schema;
    private final RowShape shape;
    private boolean announced;

    CapturedTable(TableId id, List<CapturedColumn> columns, List<String> key) {
        List<ColumnSchema> described = columns.stream()
                .map(column -> new ColumnSchema(column.name(), column.type().name()))
                .toList();
        this.schema = new TableSchema(id, described, key);
        this.shape = new RowShape(columns, key);
    }

    TableId id() {
        return schema.table();
    }

    @Override
    public TableSchema schema() {
        return schema;
    }

    RowShape shape() {
        return shape;
    }

    @Override
    public boolean isAnnounced() {
        return announced;
    }

    @Override
    public void setAnnounced() {
        announced = true;
    }
}
