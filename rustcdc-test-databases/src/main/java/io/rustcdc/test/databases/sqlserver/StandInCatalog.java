package io.rustcdc.test.databases.sqlserver;

import io.rustcdc.test.databases.sqlserver.StandInTable.Column;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The tables of users and their capture instances, in memory and in the tables of {@code sys} that tell of them. */
final class StandInCatalog {

    private static final Map<String, StandInCatalog> byDatabase = new ConcurrentHashMap<>();

    private final Map<Integer, StandInTable> tables = new ConcurrentHashMap<>();
    private final Map<Integer, CaptureInstance> instances = new ConcurrentHashMap<>();
    private final AtomicInteger ids = new AtomicInteger(901578250);

    /**
     * A capture instance.
     *
     * @param columns the captured ones, as they were when it was created
     * @param enabledAt the number of the log record that enabled it: what is committed later is captured
     */
    record CaptureInstance(int objectId, String name, int tableId, List<Column> columns, long enabledAt) {

        String changeTable() {
            return "cdc." + StandInTable.quoted(name + "_CT");
        }
    }

    StandInCatalog(String database) {
        byDatabase.put(database, this);
    }

    static StandInCatalog of(String database) {
        StandInCatalog catalog = byDatabase.get(database);
        if (catalog == null) {
            throw new IllegalStateException("There is no stand-in for SQL Server with the database " + database);
        }
        return catalog;
    }

    static void forget(String database) {
        byDatabase.remove(database);
    }

    int nextId() {
        return ids.addAndGet(16);
    }

    StandInTable table(int objectId) {
        StandInTable table = tables.get(objectId);
        if (table == null) {
            throw new IllegalArgumentException("There is no table with the id " + objectId);
        }
        return table;
    }

    StandInTable table(String schema, String name) {
        StandInTable table = find(schema, name);
        if (table == null) {
            throw new IllegalArgumentException("There is no table " + schema + "." + name);
        }
        return table;
    }

    @Nullable
    StandInTable find(String schema, String name) {
        return tables.values().stream()
                .filter(table ->
                        table.schema().equalsIgnoreCase(schema) && table.name().equalsIgnoreCase(name))
                .findFirst()
                .orElse(null);
    }

    List<CaptureInstance> instances(int tableId) {
        return instances.values().stream()
                .filter(instance -> instance.tableId() == tableId)
                .toList();
    }

    @Nullable
    CaptureInstance instance(String name) {
        return instances.values().stream()
                .filter(instance -> instance.name().equalsIgnoreCase(name))
                .findFirst()
                .orElse(null);
    }

    /** The instance as it is now; null if it was disabled meanwhile. */
    @Nullable
    CaptureInstance instance(int objectId) {
        return instances.get(objectId);
    }

    void put(CaptureInstance instance) {
        instances.put(instance.objectId(), instance);
    }

    void remove(CaptureInstance instance) {
        instances.remove(instance.objectId());
    }

    void remove(Connection connection, StandInTable table) throws SQLException {
        tables.remove(table.objectId());
        for (String from :
                List.of("sys.objects", "sys.columns", "sys.indexes", "sys.index_columns", "sys.partitions")) {
            run(connection, "DELETE FROM " + from + " WHERE object_id = ?", table.objectId());
        }
    }

    /** Describes a table that is new, or has changed. */
    void put(Connection connection, StandInTable table) throws SQLException {
        boolean isNew = tables.put(table.objectId(), table) == null;
        if (isNew) {
            run(
                    connection,
                    "INSERT INTO sys.objects SELECT ?, ?, schema_id, 'U', FALSE, LOCALTIMESTAMP, LOCALTIMESTAMP FROM"
                            + " sys.schemas WHERE name = ?",
                    table.objectId(),
                    table.name(),
                    table.schema());
            run(connection, "INSERT INTO sys.partitions VALUES (?, 1, 1, 0)", table.objectId());
            if (!table.key().isEmpty()) {
                describeKey(connection, table);
            }
        }
        describeColumns(connection, table.objectId(), table.columns());
    }

    /** Tells of the columns of a table, or of a change table. */
    static void describeColumns(Connection connection, int objectId, List<Column> columns) throws SQLException {
        run(connection, "DELETE FROM sys.columns WHERE object_id = ?", objectId);
        for (Column column : columns) {
            StandInType type = column.type();
            run(
                    connection,
                    "INSERT INTO sys.columns VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, FALSE, FALSE)",
                    objectId,
                    column.name(),
                    column.id(),
                    type.systemId(),
                    type.userId(),
                    type.length(),
                    type.precision(),
                    type.scale(),
                    type.isText() ? "SQL_Latin1_General_CP1_CI_AS" : null,
                    column.nullable());
        }
    }

    private static void describeKey(Connection connection, StandInTable table) throws SQLException {
        run(
                connection,
                "INSERT INTO sys.indexes VALUES (?, ?, 1, 1, 'CLUSTERED', TRUE, TRUE, FALSE, FALSE)",
                table.objectId(),
                "PK_" + table.name());
        int ordinal = 1;
        for (String column : table.key()) {
            run(
                    connection,
                    "INSERT INTO sys.index_columns VALUES (?, 1, ?, ?, ?, FALSE, FALSE)",
                    table.objectId(),
                    ordinal,
                    table.column(column).id(),
                    ordinal);
            ordinal++;
        }
    }

    static int run(Connection connection, String sql, @Nullable Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            return statement.executeUpdate();
        }
    }
}
