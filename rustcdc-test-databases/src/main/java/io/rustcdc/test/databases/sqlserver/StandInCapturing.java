package io.rustcdc.test.databases.sqlserver;

import io.rustcdc.test.databases.sqlserver.StandInCatalog.CaptureInstance;
import io.rustcdc.test.databases.sqlserver.StandInTable.Column;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Capture instances: made, changed and removed as the procedures of the server do. */
final class StandInCapturing {

    private static final int MOST_INSTANCES = 2;

    private final StandInCatalog catalog;
    private final StandInLog log;

    StandInCapturing(StandInCatalog catalog, StandInLog log) {
        this.catalog = catalog;
        this.log = log;
    }

    void enable(Connection connection, StandInTable table, String name, List<String> captured, @Nullable String role)
            throws SQLException {
        if (catalog.instance(name) != null) {
            throw StandInErrors.numbered(
                    22926,
                    "Could not create a capture instance because the capture instance name '" + name
                            + "' already exists in the current database.");
        }
        if (catalog.instances(table.objectId()).size() >= MOST_INSTANCES) {
            throw StandInErrors.numbered(
                    22962, "Two capture instances already exist for source table '" + table.name() + "'.");
        }
        List<Column> columns = captured.isEmpty()
                ? table.columns()
                : captured.stream().map(table::column).toList();
        int id = catalog.nextId();
        execute(connection, changeTable(name, columns));
        StandInCatalog.run(
                connection,
                "INSERT INTO cdc.change_tables VALUES (?, 0, ?, ?, NULL, NULL, FALSE, FALSE, ?, ?, NULL,"
                        + " LOCALTIMESTAMP, TRUE)",
                id,
                table.objectId(),
                name,
                role,
                table.key().isEmpty() ? null : "PK_" + table.name());
        int ordinal = 1;
        for (Column column : columns) {
            StandInCatalog.run(
                    connection,
                    "INSERT INTO cdc.captured_columns VALUES (?, ?, ?, ?, ?, FALSE)",
                    id,
                    column.name(),
                    column.id(),
                    column.type().name(),
                    ordinal++);
        }
        StandInCatalog.describeColumns(connection, id, columns);
        int keyOrdinal = 1;
        for (String key : table.key()) {
            StandInCatalog.run(
                    connection,
                    "INSERT INTO cdc.index_columns VALUES (?, ?, ?, ?)",
                    id,
                    key,
                    keyOrdinal++,
                    table.column(key).id());
        }
        long number = log.append((agent, enabled) -> StandInCatalog.run(
                agent, "UPDATE cdc.change_tables SET start_lsn = ? WHERE object_id = ?", StandInLsn.of(enabled), id));
        catalog.put(new CaptureInstance(id, name, table.objectId(), columns, number));
    }

    private static String changeTable(String instance, List<Column> columns) {
        String captured = columns.stream()
                .map(column ->
                        StandInTable.quoted(column.name()) + " " + column.type().h2())
                .collect(Collectors.joining(", "));
        return "CREATE TABLE cdc.%s (\"__$start_lsn\" BINARY(10) NOT NULL, \"__$end_lsn\" BINARY(10), \"__$seqval\" BINARY(10) NOT NULL, \"__$operation\" INT NOT NULL, \"__$update_mask\" VARBINARY(128), %s, \"__$command_id\" INT, UNIQUE (\"__$start_lsn\", \"__$seqval\", \"__$operation\"))"
                .formatted(StandInTable.quoted(instance + "_CT"), captured);
    }

    void disable(Connection connection, CaptureInstance instance) throws SQLException {
        catalog.remove(instance);
        for (String from :
                List.of("cdc.captured_columns", "cdc.index_columns", "cdc.ddl_history", "cdc.change_tables")) {
            StandInCatalog.run(connection, "DELETE FROM " + from + " WHERE object_id = ?", instance.objectId());
        }
        execute(connection, "DROP TABLE " + instance.changeTable());
    }

    void dropAll(Connection connection, StandInTable table) throws SQLException {
        for (CaptureInstance instance : catalog.instances(table.objectId())) {
            disable(connection, instance);
        }
    }

    /** @param retyped the column whose type has changed, which the change tables follow */
    void tableChanged(StandInTable table, String statement, @Nullable Column retyped) {
        if (catalog.instances(table.objectId()).isEmpty()) {
            return;
        }
        log.append((agent, number) -> {
            for (CaptureInstance instance : catalog.instances(table.objectId())) {
                if (instance.enabledAt() < number) {
                    changed(agent, instance, StandInLsn.of(number), statement, retyped);
                }
            }
        });
    }

    private void changed(
            Connection agent, CaptureInstance instance, byte[] lsn, String statement, @Nullable Column retyped)
            throws SQLException {
        List<Column> columns = new ArrayList<>(instance.columns());
        boolean captured = retyped != null
                && columns.stream().anyMatch(column -> column.name().equals(retyped.name()));
        StandInCatalog.run(
                agent,
                "INSERT INTO cdc.ddl_history VALUES (?, ?, ?, ?, ?, LOCALTIMESTAMP)",
                instance.tableId(),
                instance.objectId(),
                captured,
                statement,
                lsn);
        if (retyped != null && captured) {
            execute(
                    agent,
                    "ALTER TABLE %s ALTER COLUMN %s %s"
                            .formatted(
                                    instance.changeTable(),
                                    StandInTable.quoted(retyped.name()),
                                    retyped.type().h2()));
            columns.replaceAll(column -> column.name().equals(retyped.name()) ? retyped : column);
            catalog.put(new CaptureInstance(
                    instance.objectId(), instance.name(), instance.tableId(), columns, instance.enabledAt()));
            StandInCatalog.describeColumns(agent, instance.objectId(), columns);
            StandInCatalog.run(
                    agent,
                    "UPDATE cdc.captured_columns SET column_type = ? WHERE object_id = ? AND column_name = ?",
                    retyped.type().name(),
                    instance.objectId(),
                    retyped.name());
        }
    }

    /** Removes what was captured before a mark, which must be a captured transaction; null keeps the low end. */
    void cleanUp(Connection connection, CaptureInstance instance, byte @Nullable [] mark) throws SQLException {
        if (mark != null) {
            StandInCatalog.run(
                    connection,
                    "UPDATE cdc.change_tables SET start_lsn = ? WHERE object_id = ? AND (start_lsn IS NULL OR"
                            + " start_lsn < ?)",
                    mark,
                    instance.objectId(),
                    mark);
        }
        execute(
                connection,
                "DELETE FROM %s WHERE \"__$start_lsn\" < (SELECT start_lsn FROM cdc.change_tables WHERE object_id = %d)"
                        .formatted(instance.changeTable(), instance.objectId()));
        // Of the times those stay that an instance may still need.
        execute(
                connection,
                "DELETE FROM cdc.lsn_time_mapping WHERE start_lsn < (SELECT MIN(start_lsn) FROM cdc.change_tables)");
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
