package io.rustcdc.source.sqlserver;

import io.rustcdc.event.TableId;
import io.rustcdc.source.KeyRange;
import io.rustcdc.source.SnapshotBackend;
import io.rustcdc.source.SnapshotReader;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.sqlserver.SqlServerConnections.Purpose;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the rows of the captured tables. */
final class SqlServerSnapshots implements SnapshotBackend {

    private final SqlServerOptions options;
    private final SqlServerConnections connections;
    private final SqlServerErrors errors;
    private final SqlServerSql sql;
    private final CaptureReach reach;

    /** @param reach knows since when changes came without a gap */
    SqlServerSnapshots(
            SqlServerOptions options, SqlServerConnections connections, SqlServerErrors errors, CaptureReach reach) {
        this.options = options;
        this.connections = connections;
        this.errors = errors;
        this.sql = new SqlServerSql(options.cdcSchema());
        this.reach = reach;
    }

    @Override
    public List<SnapshotTable> tables() {
        try (Connection connection = connect()) {
            Map<Integer, Long> counts = counts(connection);
            List<SnapshotTable> tables = new ArrayList<>();
            for (List<CaptureInstance> instances :
                    captured(connection, sql, options).values()) {
                ReadableTable table = ReadableTable.of(instances);
                tables.add(new SnapshotTable(
                        table.id(),
                        incarnation(instances),
                        table.key(),
                        table.identity(),
                        counts.getOrDefault(instances.get(instances.size() - 1).changeTableId(), -1L)));
            }
            tables.sort(Comparator.comparing(table -> table.id().qualifiedName()));
            return tables;
        } catch (SQLException e) {
            throw errors.failed("look for tables", e);
        }
    }

    /** A second instance of a table goes on where the first one was; a table that was not captured for a while comes back. */
    private String incarnation(List<CaptureInstance> instances) {
        String lineage = reach.lineage(instances.get(0).table());
        return lineage == null ? instances.get(0).identity() : lineage;
    }

    /** The instances of the wanted tables, the oldest first. */
    static Map<TableId, List<CaptureInstance>> captured(
            Connection connection, SqlServerSql sql, SqlServerOptions options) throws SQLException {
        Map<TableId, List<CaptureInstance>> tables = new LinkedHashMap<>();
        for (CaptureInstance instance : new WantedTables(options).of(new ChangeCatalog(connection, sql).instances())) {
            tables.computeIfAbsent(instance.table(), table -> new ArrayList<>()).add(instance);
        }
        return tables;
    }

    private Map<Integer, Long> counts(Connection connection) throws SQLException {
        Map<Integer, Long> counts = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql.of(SqlServerSql.ROW_COUNTS))) {
            while (row.next()) {
                counts.put(row.getInt("change_table_id"), row.getLong("row_count"));
            }
        }
        return counts;
    }

    private Connection connect() {
        try {
            return connections.open(Purpose.STATEMENTS);
        } catch (SQLException e) {
            throw errors.connecting(e);
        }
    }

    /** There is no view that several connections could read in. */
    @Override
    public List<KeyRange> split(SnapshotTable table, int parts) {
        return List.of(KeyRange.all());
    }

    @Override
    public SnapshotReader open() {
        SqlServerSnapshotReader reader =
                new SqlServerSnapshotReader(() -> RowConnection.open(options, connections, errors), errors);
        reader.connect();
        return reader;
    }
}
