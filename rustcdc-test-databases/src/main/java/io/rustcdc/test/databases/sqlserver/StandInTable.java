package io.rustcdc.test.databases.sqlserver;

import java.util.List;

/**
 * A table of users, as its definition says.
 *
 * @param key the names of the primary key's columns; empty if there is none
 */
record StandInTable(int objectId, String schema, String name, List<Column> columns, List<String> key) {

    StandInTable {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
    }

    /** @param id stays the same for the column's life, and is not used again */
    record Column(String name, int id, StandInType type, boolean nullable) {}

    String quoted() {
        return quoted(schema) + "." + quoted(name);
    }

    StandInTable with(List<Column> changed) {
        return new StandInTable(objectId, schema, name, changed, key);
    }

    Column column(String wanted) {
        return columns.stream()
                .filter(column -> column.name().equalsIgnoreCase(wanted))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name + " has no column '" + wanted + "'"));
    }

    boolean isKey(String column) {
        return key.stream().anyMatch(column::equalsIgnoreCase);
    }

    /** A name for H2. */
    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
