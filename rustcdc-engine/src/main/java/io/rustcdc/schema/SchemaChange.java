package io.rustcdc.schema;

import io.rustcdc.event.Columns;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The difference between two shapes of one table.
 *
 * @param before the last acknowledged shape
 * @param after the shape from here on
 * @param statement the text of the statement that most likely made the difference; null where the log does not have it
 */
public record SchemaChange(
        TableSchema before, TableSchema after, @Nullable String statement) {

    private static final List<String> PARTS = List.of(
            "schema", "table", "columns", "key", "added", "dropped", "renamed", "retyped", "key_changed", "key_before");

    private static final Columns COLUMNS = Columns.of(PARTS, List.of());

    private static final Columns WITH_STATEMENT =
            Columns.of(Stream.concat(PARTS.stream(), Stream.of("statement")).toList(), List.of());

    public SchemaChange {
        if (!before.table().equals(after.table())) {
            throw new IllegalArgumentException("%s and %s are two tables".formatted(before.table(), after.table()));
        }
    }

    /** A difference of which the log does not tell what made it. */
    public SchemaChange(TableSchema before, TableSchema after) {
        this(before, after, null);
    }

    /** The same, made by this statement. */
    public SchemaChange madeBy(@Nullable String text) {
        return text == null ? this : new SchemaChange(before, after, text);
    }

    public TableId table() {
        return after.table();
    }

    /** Names that only the new shape has, those of renamed columns included. */
    public List<String> added() {
        return missing(before, after);
    }

    /** Names that only the old shape has, those of renamed columns included. */
    public List<String> dropped() {
        return missing(after, before);
    }

    /**
     * Columns that were probably renamed, from the old name to the new one: dropped and added between the same columns with
     * the same type. The log does not tell a renamed column from one that was dropped and another that was added in its
     * place, so each is among the dropped and the added ones too.
     */
    public Map<String, String> renamed() {
        Map<String, String> renamed = new LinkedHashMap<>();
        List<Place> free = new ArrayList<>(places(after, types(before)));
        for (Place old : places(before, types(after))) {
            free.stream().filter(old::isLike).findFirst().ifPresent(next -> {
                renamed.put(old.column.name(), next.column.name());
                free.remove(next);
            });
        }
        return renamed;
    }

    /** Names that both shapes have with another type. */
    public List<String> retyped() {
        return List.copyOf(retypedFrom().keySet());
    }

    /** As {@link #retyped()}, each with its old type. */
    public Map<String, String> retypedFrom() {
        Map<String, String> old = types(before);
        Map<String, String> retyped = new LinkedHashMap<>();
        for (ColumnSchema column : after.columns()) {
            String type = old.get(column.name());
            if (type != null && !type.equals(column.type())) {
                retyped.put(column.name(), type);
            }
        }
        return retyped;
    }

    public boolean keyChanged() {
        return !before.key().equals(after.key());
    }

    /**
     * The after image of the SCHEMA_CHANGE event: names as lists; {@code columns} as a map from name to new type,
     * {@code retyped} from name to old type, {@code renamed} from old name to new name. There is a {@code statement} where the
     * log has it.
     */
    public Row toRow() {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("schema", table().schema());
        values.put("table", table().name());
        values.put("columns", types(after));
        values.put("key", after.key());
        values.put("added", added());
        values.put("dropped", dropped());
        values.put("renamed", renamed());
        values.put("retyped", retypedFrom());
        values.put("key_changed", keyChanged());
        values.put("key_before", before.key());
        if (statement == null) {
            return Row.of(COLUMNS, values);
        }
        values.put("statement", statement);
        return Row.of(WITH_STATEMENT, values);
    }

    private static List<String> missing(TableSchema from, TableSchema in) {
        Map<String, String> known = types(from);
        return in.columns().stream()
                .map(ColumnSchema::name)
                .filter(name -> !known.containsKey(name))
                .toList();
    }

    /** Of the columns that the other shape does not have, in order. */
    private static List<Place> places(TableSchema schema, Map<String, String> other) {
        List<Place> places = new ArrayList<>();
        int common = 0;
        for (ColumnSchema column : schema.columns()) {
            if (other.containsKey(column.name())) {
                common++;
            } else {
                places.add(new Place(column, common));
            }
        }
        return places;
    }

    private static Map<String, String> types(TableSchema schema) {
        Map<String, String> types = new LinkedHashMap<>();
        schema.columns().forEach(column -> types.put(column.name(), column.type()));
        return types;
    }

    /** Where a column stands: behind so many columns that both shapes have. */
    private record Place(ColumnSchema column, int common) {

        boolean isLike(Place other) {
            return common == other.common && column.type().equals(other.column.type());
        }
    }
}
