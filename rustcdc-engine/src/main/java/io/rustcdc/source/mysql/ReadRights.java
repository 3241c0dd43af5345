package io.rustcdc.source.mysql;

import io.rustcdc.event.TableId;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.SourceException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the user must be granted to read the rows that exist. Streaming takes none of it, and a table that a user has no right to is
 * as if it did not exist.
 */
final class ReadRights {

    /** Access to a database, a table or a column is denied. */
    private static final Set<Integer> DENIED = Set.of(1044, 1142, 1143);

    private static final int BAD_TABLE = 1146;

    private final MySqlOptions options;
    private final Connection connection;

    ReadRights(MySqlOptions options, Connection connection) {
        this.options = options;
        this.connection = connection;
    }

    /** Refuses a user who may not read all captured tables, as far as it can be known which those are. */
    void require() throws SQLException {
        WantedTables wanted = new WantedTables(options);
        List<SnapshotTable> visible = new SnapshotCatalog(connection).tables(wanted);
        TreeSet<String> unreadable = new TreeSet<>();
        List<TableId> names = new ArrayList<>();
        Set<TableId> named = wanted.named();
        for (TableId table : Stream.concat(visible.stream().map(SnapshotTable::id), named.stream())
                .distinct()
                .toList()) {
            if (!mayRead(table)) {
                names.add(table);
                unreadable.add(ReadableTable.quoted(table));
            }
        }
        if (!names.isEmpty()) {
            String user = user();
            throw SourceException.configuration(
                    "User %s on %s may not read %s, but %s wants the rows that exist"
                            .formatted(
                                    user,
                                    options.target(),
                                    names.stream()
                                            .map(table -> "'" + table + "'")
                                            .collect(Collectors.joining(", ")),
                                    options.key("snapshot.mode")),
                    "%s Or set %s to never"
                            .formatted(
                                    unreadable.stream()
                                            .map(table -> "GRANT SELECT ON %s TO %s;".formatted(table, user))
                                            .collect(Collectors.joining(" ")),
                                    options.key("snapshot.mode")));
        }
    }

    /** Finds out by doing it: rights may come from roles, and be taken back for single databases. */
    private boolean mayRead(TableId table) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT * FROM %s LIMIT 0".formatted(ReadableTable.quoted(table)));
            return true;
        } catch (SQLException e) {
            if (DENIED.contains(e.getErrorCode())) {
                return false;
            }
            if (e.getErrorCode() == BAD_TABLE) {
                return true;
            }
            throw e;
        }
    }

    /** As GRANT writes it. */
    private String user() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT current_user()")) {
            row.next();
            String user = row.getString(1);
            int at = user.lastIndexOf('@');
            return "'%s'@'%s'".formatted(user.substring(0, at).replace("'", "''"), user.substring(at + 1));
        }
    }
}
