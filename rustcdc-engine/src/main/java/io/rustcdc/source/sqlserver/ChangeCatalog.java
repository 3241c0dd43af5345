package io.rustcdc.source.sqlserver;

import io.rustcdc.event.TableId;
import io.rustcdc.source.sqlserver.TableVersions.DefinitionStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the database says of its capture instances. For one thread, as the connection. */
final class ChangeCatalog {

    private static final int MOST_BRANCHES = 500;

    private final Connection connection;
    private final SqlServerSql sql;

    ChangeCatalog(Connection connection, SqlServerSql sql) {
        this.connection = connection;
        this.sql = sql;
    }

    /**
     * How far the capture process has got.
     *
     * @param max the newest captured LSN; null before the first
     * @param utcOffsetMinutes how far the server's clock is ahead of UTC
     */
    record Progress(@Nullable Lsn max, int utcOffsetMinutes) {}

    /** Differs when the instances or the tables do. */
    record State(int instances, @Nullable LocalDateTime newest, List<@Nullable Lsn> bounds) {}

    Progress progress() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SqlServerSql.MAX_LSN)) {
            row.next();
            return new Progress(Lsn.ofNullable(row.getBytes("max_lsn")), row.getInt("utc_offset_minutes"));
        }
    }

    State state() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql.of(SqlServerSql.CATALOG_STATE))) {
            row.next();
            List<@Nullable Lsn> bounds = new ArrayList<>();
            bounds.add(Lsn.ofNullable(row.getBytes("lowest_start")));
            bounds.add(Lsn.ofNullable(row.getBytes("highest_start")));
            bounds.add(Lsn.ofNullable(row.getBytes("last_ddl")));
            return new State(row.getInt("instances"), row.getObject("newest", LocalDateTime.class), bounds);
        }
    }

    /**
     * All instances whose tables the user may know of, the oldest first. They are put together from several statements, so they are
     * looked up again if they changed between these: one that was made in between would have neither columns nor a key.
     */
    List<CaptureInstance> instances() throws SQLException {
        State before = state();
        while (true) {
            List<CaptureInstance> instances = lookUpInstances();
            State now = state();
            if (now.equals(before)) {
                return instances;
            }
            before = now;
        }
    }

    private List<CaptureInstance> lookUpInstances() throws SQLException {
        Map<Integer, List<CapturedColumn>> columns = columns();
        Map<Integer, List<String>> keys = keys();
        List<CaptureInstance> instances = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql.of(SqlServerSql.INSTANCES))) {
            while (row.next()) {
                String table = row.getString("source_table");
                Lsn start = Lsn.ofNullable(row.getBytes("start_lsn"));
                if (table == null || start == null) {
                    continue; // not to be known of, or not seen by the capture process yet: then it holds nothing
                }
                int id = row.getInt("change_table_id");
                List<CapturedColumn> captured = columns.getOrDefault(id, List.of());
                List<String> key = keys.getOrDefault(id, List.of());
                boolean whole =
                        captured.stream().map(CapturedColumn::name).toList().containsAll(key);
                instances.add(new CaptureInstance(
                        id,
                        row.getString("capture_instance"),
                        new TableId(row.getString("source_schema"), table),
                        start,
                        String.valueOf(row.getObject("create_date", LocalDateTime.class)),
                        new CaptureInstance.Shape(captured, whole ? key : List.of())));
            }
        }
        return instances;
    }

    private Map<Integer, List<CapturedColumn>> columns() throws SQLException {
        Map<Integer, List<CapturedColumn>> columns = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql.of(SqlServerSql.CAPTURED_COLUMNS))) {
            while (row.next()) {
                if (row.getBoolean("is_computed")) {
                    continue; // NULL in every row, whatever its value is
                }
                ColumnType type = ColumnType.of(
                        row.getString("stored_type"),
                        row.getString("column_type"),
                        row.getInt("max_length"),
                        row.getInt("numeric_precision"),
                        row.getInt("numeric_scale"));
                columns.computeIfAbsent(row.getInt("change_table_id"), id -> new ArrayList<>())
                        .add(new CapturedColumn(
                                row.getString("column_name"),
                                row.getInt("column_ordinal"),
                                type,
                                row.getString("source_column") != null));
            }
        }
        return columns;
    }

    private Map<Integer, List<String>> keys() throws SQLException {
        Map<Integer, List<String>> keys = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql.of(SqlServerSql.PRIMARY_KEYS))) {
            while (row.next()) {
                keys.computeIfAbsent(row.getInt("change_table_id"), id -> new ArrayList<>())
                        .add(row.getString("column_name"));
            }
        }
        return keys;
    }

    /** What was done to captured tables, in order. */
    List<DefinitionStatement> statements() throws SQLException {
        List<DefinitionStatement> statements = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql.of(SqlServerSql.DDL_HISTORY))) {
            statement.setBytes(1, Lsn.ZERO.bytes());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    statements.add(new DefinitionStatement(
                            row.getInt("change_table_id"),
                            Lsn.of(row.getBytes("ddl_lsn")),
                            String.valueOf(row.getString("ddl_command")).strip(),
                            row.getBoolean("required_column_update")));
                }
            }
        }
        return statements;
    }

    /** The indexes of those that have changes in a window. Few enough at a time for the server's limit of 2100 parameters. */
    List<Integer> changed(List<Segment> segments) throws SQLException {
        List<Integer> changed = new ArrayList<>();
        for (int from = 0; from < segments.size(); from += MOST_BRANCHES) {
            List<Segment> some = segments.subList(from, Math.min(segments.size(), from + MOST_BRANCHES));
            String text = sql.changed(
                    some.stream().map(segment -> segment.instance().name()).toList());
            try (PreparedStatement statement = connection.prepareStatement(text)) {
                int parameter = 1;
                for (Segment segment : some) {
                    statement.setBytes(parameter++, segment.after().bytes());
                    statement.setBytes(parameter++, segment.upTo().bytes());
                }
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        changed.add(from + row.getInt("instance"));
                    }
                }
            }
        }
        return changed;
    }

    /**
     * The part of a window that is read from one instance.
     *
     * @param after the LSN behind which it begins
     * @param upTo the last LSN of it
     */
    record Segment(CaptureInstance instance, Lsn after, Lsn upTo) {}
}
