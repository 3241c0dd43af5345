package io.rustcdc.source.mysql;

import io.rustcdc.event.TableId;
import io.rustcdc.source.SnapshotTable;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tables whose rows can be read. For one thread, as the connection. */
final class SnapshotCatalog {

    /**
     * All of a server's tables are in its binlog, all the time. So none is ever another one than it was: what happens to it
     * between two connections comes by the stream, whether it is emptied, dropped and created again, or changes places with
     * another one. Only a table that the source begins to capture has rows that did not come, and that shows by its name.
     */
    private static final String INCARNATION = "binlog";

    /** Without views, sequences and temporary tables. */
    private static final String TABLES = """
            SELECT table_schema, table_name, coalesce(table_rows, -1), table_type = 'SYSTEM VERSIONED'
            FROM information_schema.tables
            WHERE table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')
              AND table_schema NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')
            ORDER BY table_schema, table_name
            """;

    private static final String KEYS = """
            SELECT s.table_schema, s.table_name, s.column_name, c.data_type, c.character_set_name, s.sub_part, s.collation,
                   s.index_type
            FROM information_schema.statistics s
                 JOIN information_schema.columns c ON c.table_schema = s.table_schema AND c.table_name = s.table_name
                   AND c.column_name = s.column_name
            WHERE s.index_name = 'PRIMARY'
              AND s.table_schema NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')
            ORDER BY s.table_schema, s.table_name, s.seq_in_index
            """;

    private final Connection connection;

    SnapshotCatalog(Connection connection) {
        this.connection = connection;
    }

    /** Those that are wanted and that the user may know of, by name. */
    List<SnapshotTable> tables(WantedTables wanted) throws SQLException {
        Map<TableId, List<KeyPart>> keys = keys();
        List<SnapshotTable> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(TABLES)) {
            while (row.next()) {
                TableId id = new TableId(row.getString(1), row.getString(2));
                if (wanted.contains(id)) {
                    // The rows of the past have the key of the present one.
                    boolean versioned = row.getBoolean(4);
                    List<String> key = versioned ? List.of() : KeyPart.readable(keys.getOrDefault(id, List.of()));
                    tables.add(new SnapshotTable(id, INCARNATION, key, key, row.getLong(3)));
                }
            }
        }
        return tables;
    }

    private Map<TableId, List<KeyPart>> keys() throws SQLException {
        Map<TableId, List<KeyPart>> keys = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(KEYS)) {
            while (row.next()) {
                TableId id = new TableId(row.getString(1), row.getString(2));
                boolean whole = row.getString(6) == null;
                boolean descending = "D".equals(row.getString(7));
                keys.computeIfAbsent(id, table -> new ArrayList<>())
                        .add(new KeyPart(
                                row.getString(3),
                                row.getString(4),
                                row.getString(5),
                                whole,
                                new KeyPart.Index(row.getString(8), descending)));
            }
        }
        return keys;
    }
}
