package io.rustcdc.chaos;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.RowKey;
import io.rustcdc.event.RowWrite;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One change as the consumer applied it: a line of its durable log.
 *
 * @param position the place of the change in the order of all changes
 * @param xid the number of its transaction, which is not its own in every database
 * @param write what the change's row write was, by its simple name
 * @param values the columns that the write carries, long values by their digest
 * @param added of a change of shape, the columns that are new, NULL in the rows that exist
 * @param dropped of a change of shape, the columns that went away
 */
record Applied(
        Position position,
        long xid,
        boolean last,
        Operation operation,
        String table,
        String write,
        @Nullable String key,
        @Nullable String oldKey,
        Map<String, @Nullable String> values,
        List<String> added,
        List<String> dropped) {

    static final String NULL = "~";

    static Applied of(ChangeEvent<Row> event) {
        RowWrite write = event.rowWrite();
        return new Applied(
                Position.of(event.offset().fields()),
                event.transaction().id(),
                event.transaction().last(),
                event.operation(),
                event.table().name(),
                write.getClass().getSimpleName(),
                key(write),
                oldKey(write),
                values(write),
                names(event, "added"),
                names(event, "dropped"));
    }

    boolean isSchemaChange() {
        return operation == Operation.SCHEMA_CHANGE;
    }

    private static @Nullable String key(RowWrite write) {
        if (write instanceof RowWrite.Replace replace) {
            return text(replace.key());
        }
        if (write instanceof RowWrite.Merge merge) {
            return text(merge.key());
        }
        return write instanceof RowWrite.Delete delete ? text(delete.key()) : null;
    }

    private static @Nullable String oldKey(RowWrite write) {
        if (write instanceof RowWrite.Replace replace) {
            return text(replace.oldKey());
        }
        return write instanceof RowWrite.Merge merge ? text(merge.oldKey()) : null;
    }

    private static Map<String, @Nullable String> values(RowWrite write) {
        if (write instanceof RowWrite.Replace replace) {
            return values(replace.row());
        }
        return write instanceof RowWrite.Merge merge ? values(merge.row()) : Map.of();
    }

    private static Map<String, @Nullable String> values(Row row) {
        Map<String, @Nullable String> values = new TreeMap<>();
        for (int i = 0; i < row.columns().size(); i++) {
            if (row.isPresent(i)) {
                values.put(row.columns().name(i), Digest.shortened(row.text(i)));
            }
        }
        return values;
    }

    @SuppressWarnings("unchecked") // docs/events.md: these columns of a SCHEMA_CHANGE are lists of names
    private static List<String> names(ChangeEvent<Row> event, String column) {
        return event.operation() == Operation.SCHEMA_CHANGE
                ? (List<String>) event.after().get(column)
                : List.of();
    }

    private static @Nullable String text(@Nullable RowKey key) {
        return key == null ? null : key.values().stream().map(String::valueOf).collect(Collectors.joining("/"));
    }
}
