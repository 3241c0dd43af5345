package io.rustcdc.source.postgres;

import io.rustcdc.event.Remedy;
import io.rustcdc.event.TableId;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.internal.Checklist.Finding;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the role must be granted to read the rows that exist. Streaming takes none of it, so a role that lacks it would begin,
 * and fail with a slot that nobody reads and that makes the server keep its log.
 */
final class ReadRights {

    private static final String RIGHTS = """
            SELECT n.nspname, c.relname, has_schema_privilege(n.oid, 'USAGE'), has_table_privilege(c.oid, 'SELECT'),
                   row_security_active(c.oid)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.oid = ANY (?)
            ORDER BY 1, 2
            """;

    private final PostgresOptions options;
    private final Connection connection;
    private final TreeSet<String> schemas = new TreeSet<>();
    private final List<String> tables = new ArrayList<>();
    private final List<TableId> unreadable = new ArrayList<>();
    private final List<TableId> filtered = new ArrayList<>();

    ReadRights(PostgresOptions options, Connection connection) {
        this.options = options;
        this.connection = connection;
    }

    /**
     * Refuses a role that may not read all rows of these tables, as far as they are wanted.
     *
     * @param role the role that is connected
     */
    Finding require(String role, List<CatalogTable> candidates) throws SQLException {
        look(new WantedTables(options).of(candidates));
        if (unreadable.isEmpty() && filtered.isEmpty()) {
            return Finding.ok("role '%s' sees all rows of the tables".formatted(role));
        }
        List<String> faults = new ArrayList<>();
        List<String> remedies = new ArrayList<>();
        String grantee = ServerChecks.quoted(role);
        if (!unreadable.isEmpty()) {
            faults.add("may not read " + names(unreadable));
        }
        if (!schemas.isEmpty()) {
            remedies.add("GRANT USAGE ON SCHEMA %s TO %s;".formatted(String.join(", ", schemas), grantee));
        }
        if (!tables.isEmpty()) {
            remedies.add("GRANT SELECT ON %s TO %s;".formatted(String.join(", ", tables), grantee));
        }
        if (!filtered.isEmpty()) {
            faults.add("does not see all rows of %s, since policies of row-level security hide some"
                    .formatted(names(filtered)));
            remedies.add("ALTER ROLE %s BYPASSRLS;".formatted(grantee));
        }
        throw SourceException.configuration(
                "Role '%s' on %s %s, but %s wants the rows that exist"
                        .formatted(role, options.target(), String.join(", and ", faults), options.key("snapshot.mode")),
                Remedy.sql(remedies.toArray(String[]::new))
                        .say("Or set %s to never".formatted(options.key("snapshot.mode"))));
    }

    private void look(List<CatalogTable> wanted) throws SQLException {
        Object[] oids = wanted.stream().map(CatalogTable::oid).toArray();
        try (PreparedStatement statement = connection.prepareStatement(RIGHTS)) {
            statement.setArray(1, connection.createArrayOf("oid", oids));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    add(new TableId(row.getString(1), row.getString(2)), row);
                }
            }
        }
    }

    private void add(TableId table, ResultSet rights) throws SQLException {
        boolean mayEnter = rights.getBoolean(3);
        boolean maySelect = rights.getBoolean(4);
        if (!mayEnter) {
            schemas.add(ServerChecks.quoted(rights.getString(1)));
        }
        if (!maySelect) {
            tables.add(SnapshotCatalog.quoted(table));
        }
        if (!mayEnter || !maySelect) {
            unreadable.add(table);
        }
        if (rights.getBoolean(5)) {
            filtered.add(table);
        }
    }

    private static String names(List<TableId> tables) {
        return tables.stream().map(table -> "'" + table + "'").collect(Collectors.joining(", "));
    }
}
