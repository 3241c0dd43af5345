package io.rustcdc.chaos;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The tables as an upsert consumer has them, which knows nothing but the row writes. */
final class Replica {

    private final Map<String, Map<String, Map<String, @Nullable String>>> tables = new HashMap<>();

    /** Applies one change; returns the row that it wrote, whole; null when it wrote none. */
    @Nullable
    Map<String, @Nullable String> apply(Applied change) {
        Map<String, Map<String, @Nullable String>> rows = rows(change.table());
        if (change.isSchemaChange()) {
            rows.values().forEach(row -> {
                change.dropped().forEach(row::remove);
                change.added().forEach(column -> row.put(column, null));
            });
            return null;
        }
        switch (change.write()) {
            case "Truncate" -> rows.clear();
            case "Delete" -> rows.remove(change.key());
            case "Replace" -> {
                rows.remove(String.valueOf(change.oldKey()));
                rows.put(change.key(), new TreeMap<>(change.values()));
                return rows.get(change.key());
            }
            case "Merge" -> {
                Map<String, @Nullable String> row =
                        rows.remove(change.oldKey() == null ? change.key() : change.oldKey());
                row = row == null ? new TreeMap<>() : row;
                row.putAll(change.values());
                rows.put(change.key(), row);
                return row;
            }
            default -> throw new AssertionError("There is no right write for " + change);
        }
        return null;
    }

    /** The rows of a table by their keys. */
    Map<String, Map<String, @Nullable String>> rows(String table) {
        return tables.computeIfAbsent(table, name -> new TreeMap<>());
    }
}
