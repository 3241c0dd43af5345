package io.rustcdc.spring.app;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Columns;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.event.Transaction;
import io.rustcdc.schema.ColumnSchema;
import io.rustcdc.schema.SchemaChange;
import io.rustcdc.schema.TableSchema;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Changes of the table {@code public.items (id, name)}, made by hand. */
public final class Changes {

    public static final TableId TABLE = new TableId("public", "items");
    public static final Columns COLUMNS = Columns.of(List.of("id", "name"), List.of("id"));

    private Changes() {}

    public static ChangeEvent.Builder change(Operation operation) {
        return change(operation, TABLE);
    }

    public static ChangeEvent.Builder change(Operation operation, TableId table) {
        return ChangeEvent.of(new EventSource("shop", "postgres"), operation, table)
                .offset(new Position(1))
                .commitTime(Instant.EPOCH)
                .transaction(new Transaction(7, 0, true));
    }

    public static Row row(Map<String, ?> values) {
        return Row.of(COLUMNS, values);
    }

    public static ChangeEvent<Row> insert(int id, String name) {
        return change(Operation.INSERT)
                .after(row(Map.of("id", id, "name", name)))
                .build();
    }

    public static ChangeEvent<Row> update(int id, String old, String name) {
        return change(Operation.UPDATE)
                .before(row(Map.of("id", id, "name", old)), false)
                .after(row(Map.of("id", id, "name", name)))
                .build();
    }

    /** As PostgreSQL sends it by default: the old key and nothing else. */
    public static ChangeEvent<Row> keyUpdate(int oldId, int id, String name) {
        return change(Operation.UPDATE)
                .before(row(Map.of("id", oldId)), true)
                .after(row(Map.of("id", id, "name", name)))
                .build();
    }

    public static ChangeEvent<Row> delete(int id, String name) {
        return change(Operation.DELETE)
                .before(row(Map.of("id", id, "name", name)), false)
                .build();
    }

    /** As PostgreSQL sends it by default: the key and nothing else. */
    public static ChangeEvent<Row> keyDelete(int id) {
        return change(Operation.DELETE).before(row(Map.of("id", id)), true).build();
    }

    public static ChangeEvent<Row> schemaChange() {
        TableSchema before = new TableSchema(TABLE, List.of(new ColumnSchema("id", "integer")), List.of("id"));
        TableSchema after = new TableSchema(
                TABLE, List.of(new ColumnSchema("id", "integer"), new ColumnSchema("name", "text")), List.of("id"));
        return change(Operation.SCHEMA_CHANGE)
                .after(new SchemaChange(before, after).toRow())
                .build();
    }

    private record Position(long number) implements Offset {

        @Override
        public String text() {
            return Long.toString(number);
        }

        @Override
        public Map<String, Object> fields() {
            return Map.of("lsn", number);
        }

        @Override
        public boolean isBefore(Offset other) {
            return number < ((Position) other).number;
        }
    }
}
