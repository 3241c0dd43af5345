package io.rustcdc.source.mysql;

import io.rustcdc.event.Remedy;
import io.rustcdc.event.TableId;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.internal.Checklist.Finding;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What the user must be granted to read the rows that exist. Streaming takes none of it, and a table that a user has no right to is
 * as if it did not exist.
 */
final class ReadRights {

    /** Access to a database, a table or a column is denied. */
    private static final Set<Integer> DENIED = Set.of(1044, 1142, 1143);

    private final MySqlOptions options;
    private final Connection connection;

    ReadRights(MySqlOptions options, Connection connection) {
        this.options = options;
        this.connection = connection;
    }

    /** Refuses a user who may not read all captured tables, as far as it can be known which those are. */
    Finding require() throws SQLException {
        List<String> unreadable = new ArrayList<>();
        for (TableId table : wanted()) {
            if (isDenied("SELECT * FROM %s LIMIT 0".formatted(ReadableTable.quoted(table)))) {
                unreadable.add(ReadableTable.quoted(table));
            }
        }
        String database = options.database();
        if (unreadable.isEmpty() && database != null && isDenied("SHOW TABLES FROM " + Sql.quoted(database))) {
            unreadable.add(Sql.quoted(database) + ".*");
        }
        if (unreadable.isEmpty()) {
            return Finding.ok("the user may read all tables that are wanted");
        }
        String user = user();
        throw SourceException.configuration(
                "User %s on %s may not read %s, but %s wants the rows that exist"
                        .formatted(user, options.target(), String.join(", ", unreadable), options.key("snapshot.mode")),
                Remedy.sql(unreadable.stream()
                                .map(what -> "GRANT SELECT ON %s TO %s;".formatted(what, user))
                                .toArray(String[]::new))
                        .say("Or set %s to never".formatted(options.key("snapshot.mode"))));
    }

    /** Those that are visible, and those that are named in the settings. */
    private List<TableId> wanted() throws SQLException {
        WantedTables wanted = new WantedTables(options);
        List<TableId> tables = new ArrayList<>();
        new SnapshotCatalog(connection).tables(wanted).forEach(table -> tables.add(table.id()));
        for (TableId named : wanted.named()) {
            if (tables.stream().noneMatch(table -> table.toString().equalsIgnoreCase(named.toString()))) {
                tables.add(named);
            }
        }
        return tables;
    }

    /** Finds out by doing it: rights may come from roles, and be taken back for single databases. */
    private boolean isDenied(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return false;
        } catch (SQLException e) {
            if (String.valueOf(e.getSQLState()).startsWith("08")) {
                throw e;
            }
            return DENIED.contains(e.getErrorCode()); // others are about the table, and tell when it is read
        }
    }

    /** As GRANT writes it. */
    private String user() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT current_user()")) {
            row.next();
            return Remedies.grantee(row.getString(1));
        }
    }
}
