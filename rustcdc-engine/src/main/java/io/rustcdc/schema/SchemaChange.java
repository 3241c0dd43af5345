package io.rustcdc.schema;

import io.rustcdc.event.Columns;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The difference between two shapes of one table.
 *
 * @param before the last acknowledged shape
 * @param after the shape from here on
 */
public record SchemaChange(TableSchema before, TableSchema after) {

    private static final Columns COLUMNS = Columns.of(
            List.of("schema", "table", "columns", "key", "added", "dropped", "retyped", "key_changed"), List.of());

    public SchemaChange {
        if (!before.table().equals(after.table())) {
            throw new IllegalArgumentException("%s and %s are two tables".formatted(before.table(), after.table()));
        }
    }

    public TableId table() {
        return after.table();
    }

    /** Names that only the new shape has. A renamed column is one dropped and one added. */
    public List<String> added() {
        return missing(before, after);
    }

    /** Names that only the old shape has. */
    public List<String> dropped() {
        return missing(after, before);
    }

    /** Names that both shapes have with another type. */
    public List<String> retyped() {
        Map<String, String> old = types(before);
        List<String> names = new ArrayList<>();
        for (ColumnSchema column : after.columns()) {
            String type = old.get(column.name());
            if (type != null && !type.equals(column.type())) {
                names.add(column.name());
            }
        }
        return names;
    }

    public boolean keyChanged() {
        return !before.key().equals(after.key());
    }

    /** The after image of the SCHEMA_CHANGE event: names as lists, {@code columns} as a map from name to type. */
    public Row toRow() {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("schema", table().schema());
        values.put("table", table().name());
        values.put("columns", types(after));
        values.put("key", after.key());
        values.put("added", added());
        values.put("dropped", dropped());
        values.put("retyped", retyped());
        values.put("key_changed", keyChanged());
        return Row.of(COLUMNS, values);
    }

    private static List<String> missing(TableSchema from, TableSchema in) {
        Map<String, String> known = types(from);
        return in.columns().stream()
                .map(ColumnSchema::name)
                .filter(name -> !known.containsKey(name))
                .toList();
    }

    private static Map<String, String> types(TableSchema schema) {
        Map<String, String> types = new LinkedHashMap<>();
        schema.columns().forEach(column -> types.put(column.name(), column.type()));
        return types;
    }
}
