package io.rustcdc.source.postgres;

import io.rustcdc.event.TableId;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.TableGoneException;
import io.rustcdc.source.postgres.PgOutputMessage.Column;
import io.rustcdc.source.postgres.PgOutputMessage.Relation;
import io.rustcdc.source.postgres.PgOutputMessage.TypeName;
import io.rustcdc.source.postgres.PublishedTable.KeyColumn;
import io.rustcdc.source.postgres.TableKeys.TableKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What has to be known of tables for reading their rows as the stream would send them. For one thread, as the connection. */
final class SnapshotCatalog {

    /**
     * Which columns are sent: those of the column list, which are attribute numbers; else all but the generated ones, which
     * can be sent from version 18 on if they are stored.
     */
    private static final String SENT = """
            CASE WHEN jsonb_typeof(r.entry -> 'prattrs') = 'array' THEN r.entry -> 'prattrs' @> to_jsonb(a.attnum::int)
                 ELSE a.attgenerated = '' OR a.attgenerated = 's' AND p.gencols = 's' END""";

    /**
     * The estimate of a partitioned table is the sum of its leaves. A table that left the publication and came back has another
     * entry there; without an entry of its own, the publication covers it as long as it exists.
     */
    private static final String TABLES = """
            , part(root, relid) AS (
              SELECT t.relid, t.relid FROM published t
              UNION ALL
              SELECT part.root, i.inhrelid
              FROM part JOIN pg_class parent ON parent.oid = part.relid AND parent.relkind = 'p'
                   JOIN pg_inherits i ON i.inhparent = part.relid AND NOT i.inhdetachpending),
            estimate(root, tuples) AS (
              SELECT part.root,
                     CASE WHEN bool_and(leaf.reltuples < 0) THEN -1 ELSE sum(greatest(leaf.reltuples, 0)) END::bigint
              FROM part JOIN pg_class leaf ON leaf.oid = part.relid AND leaf.relkind <> 'p'
              GROUP BY part.root)
            SELECT n.nspname, c.relname, c.relreplident::text, coalesce(s.tuples, -1), a.attname, key.position,
                   identity.position, %s, concat_ws('.', c.oid, coalesce(r.entry ->> 'oid', '0'))
            FROM published t JOIN pg_class c ON c.oid = t.relid JOIN pg_namespace n ON n.oid = c.relnamespace
                 CROSS JOIN publication p
                 LEFT JOIN estimate s ON s.root = c.oid
                 LEFT JOIN LATERAL (
                   SELECT to_jsonb(e) FROM pg_publication_rel e WHERE e.prpubid = p.oid AND e.prrelid = c.oid) r(entry)
                   ON true
                 LEFT JOIN pg_index k ON k.indrelid = c.oid AND k.indisprimary AND k.indisvalid
                 LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisreplident AND i.indisvalid
                 JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                 LEFT JOIN LATERAL unnest(k.indkey) WITH ORDINALITY AS key(attnum, position)
                   ON key.attnum = a.attnum AND key.position <= k.indnkeyatts
                 LEFT JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS identity(attnum, position)
                   ON identity.attnum = a.attnum AND identity.position <= i.indnkeyatts
            ORDER BY 1, 2, a.attnum
            """.formatted(SENT);

    /** Row filters came with version 15; their text cannot be told from JSON, so the query names the column or does not. */
    private static final String COLUMNS = """
            SELECT c.oid::int8, c.relkind = 'p', a.attname, a.atttypid::int8, a.atttypmod, format_type(a.atttypid, -1),
                   r.filter,
                   (SELECT s.nspname
                    FROM pg_index k CROSS JOIN LATERAL unnest(k.indkey::int2[], k.indclass::oid[]) AS part(attnum, class)
                         JOIN pg_opclass o ON o.oid = part.class JOIN pg_namespace s ON s.oid = o.opcnamespace
                    WHERE k.indrelid = c.oid AND k.indisprimary AND part.attnum = a.attnum)
            FROM published t JOIN pg_class c ON c.oid = t.relid JOIN pg_namespace n ON n.oid = c.relnamespace
                 CROSS JOIN publication p
                 LEFT JOIN LATERAL (
                   SELECT to_jsonb(e), %s FROM pg_publication_rel e
                   WHERE e.prpubid = p.oid AND e.prrelid = c.oid) r(entry, filter)
                   ON true
                 JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            WHERE n.nspname = ? AND c.relname = ? AND %s
            ORDER BY a.attnum
            """;

    private static final int FIRST_WITH_FILTERS = 15;

    private final Connection connection;
    private final PostgresCatalog catalog;
    private final String publication;

    SnapshotCatalog(Connection connection, String publication) {
        this.connection = connection;
        this.catalog = new PostgresCatalog(connection);
        this.publication = publication;
    }

    private String columns() throws SQLException {
        boolean filters = connection.getMetaData().getDatabaseMajorVersion() >= FIRST_WITH_FILTERS;
        return COLUMNS.formatted(filters ? "pg_get_expr(e.prqual, e.prrelid)" : "NULL::text", SENT);
    }

    /** The published tables among these. */
    List<SnapshotTable> tables(Set<TableId> wanted) throws SQLException {
        Map<TableId, TableParts> found = new HashMap<>();
        List<TableId> order = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(catalog.published() + TABLES)) {
            statement.setString(1, publication);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    TableId id = new TableId(row.getString(1), row.getString(2));
                    if (wanted.contains(id)) {
                        TableParts parts = found.get(id);
                        if (parts == null) {
                            parts = new TableParts(row.getString(9), row.getString(3), row.getLong(4));
                            found.put(id, parts);
                            order.add(id);
                        }
                        parts.add(row);
                    }
                }
            }
        }
        List<SnapshotTable> tables = new ArrayList<>();
        for (TableId id : order) {
            TableParts parts = found.get(id);
            if (parts != null) {
                tables.add(parts.table(id));
            }
        }
        return tables;
    }

    /**
     * How to read a table.
     *
     * @throws TableGoneException if it does not exist or is not published
     */
    PublishedTable describe(SnapshotTable table) throws SQLException {
        TableId id = table.id();
        List<Column> columns = new ArrayList<>();
        Map<String, KeyColumn> comparable = new HashMap<>();
        int oid = 0;
        boolean partitioned = false;
        String filter = null;
        try (PreparedStatement statement = connection.prepareStatement(catalog.published() + columns())) {
            statement.setString(1, publication);
            statement.setString(2, id.schema());
            statement.setString(3, id.name());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    oid = (int) row.getLong(1);
                    partitioned = row.getBoolean(2);
                    String name = row.getString(3);
                    columns.add(new Column(table.key().contains(name), name, (int) row.getLong(4), row.getInt(5)));
                    filter = row.getString(7);
                    String operators = row.getString(8);
                    if (operators != null) {
                        comparable.put(name, new KeyColumn(name, row.getString(6), operators));
                    }
                }
            }
        }
        if (columns.isEmpty()) {
            throw new TableGoneException(id, "does not exist any more, or is not published any more");
        }
        List<KeyColumn> key = new ArrayList<>();
        for (String name : table.key()) {
            KeyColumn column = comparable.get(name);
            if (column == null) {
                throw new TableGoneException(id, "has no published column '%s' in its key any more".formatted(name));
            }
            key.add(column);
        }
        Relation relation = new Relation(oid, String.valueOf(id.schema()), id.name(), 'd', columns);
        RowShape shape = new RowShape(relation, types(columns), new TableKey(table.key(), true));
        return new PublishedTable(quoted(id), partitioned, shape, key, filter);
    }

    private List<ColumnType> types(List<Column> columns) throws SQLException {
        Map<Integer, List<CatalogType>> parts = new HashMap<>();
        Set<Integer> asked = new HashSet<>();
        ColumnTypes types = new ColumnTypes(type -> parts.getOrDefault(type, List.of()));
        for (Column column : columns) {
            if (BuiltInTypes.byId(column.type()) == null && asked.add(column.type())) {
                List<CatalogType> made = catalog.parts(column.type());
                parts.put(column.type(), made);
                TypeName base = base(made).name();
                types.put(new TypeName(column.type(), base.schema(), base.name()));
            }
        }
        return columns.stream().map(types::of).toList();
    }

    /** The stream names a domain by its base type, however many domains lie in between. */
    private static CatalogType base(List<CatalogType> innermostFirst) {
        int i = innermostFirst.size() - 1;
        while (i > 0 && !innermostFirst.get(i).array()) {
            i--;
        }
        return innermostFirst.get(i);
    }

    static String quoted(TableId id) {
        return ServerChecks.quoted(String.valueOf(id.schema())) + "." + ServerChecks.quoted(id.name());
    }

    /** What the rows of the catalog say of one table. */
    private static final class TableParts {

        private final String incarnation;
        private final String replicaIdentity;
        private final long estimatedRows;
        private final Map<Integer, String> key = new TreeMap<>();
        private final Map<Integer, String> identity = new TreeMap<>();
        private boolean keyPublished = true;

        TableParts(String incarnation, String replicaIdentity, long estimatedRows) {
            this.incarnation = incarnation;
            this.replicaIdentity = replicaIdentity;
            this.estimatedRows = estimatedRows;
        }

        void add(ResultSet row) throws SQLException {
            String column = row.getString(5);
            Integer inKey = position(row, 6);
            Integer inIdentity = position(row, 7);
            if (inKey != null) {
                key.put(inKey, column);
                keyPublished &= row.getBoolean(8);
            }
            if (inIdentity != null) {
                identity.put(inIdentity, column);
            }
        }

        private static @Nullable Integer position(ResultSet row, int index) throws SQLException {
            int position = row.getInt(index);
            return row.wasNull() ? null : position;
        }

        /** A key of which not all columns are published is none, as in the stream. */
        SnapshotTable table(TableId id) {
            List<String> columns = keyPublished ? List.copyOf(key.values()) : List.of();
            boolean byIndex = replicaIdentity.equals("i") && !columns.isEmpty();
            List<String> names = byIndex ? List.copyOf(identity.values()) : columns;
            return new SnapshotTable(id, incarnation, columns, names, estimatedRows);
        }
    }
}
