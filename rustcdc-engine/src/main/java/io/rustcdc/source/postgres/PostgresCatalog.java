package io.rustcdc.source.postgres;

import io.rustcdc.event.TableId;
import io.rustcdc.source.postgres.PgOutputMessage.TypeName;
import io.rustcdc.source.postgres.Publication.Membership;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Questions to the system catalogs (manual, chapter 53). For one thread, as the connection. */
final class PostgresCatalog {

    private static final String FACTS = """
            SELECT current_setting('server_version_num')::int, current_setting('server_version'),
                   current_setting('wal_level'), pg_is_in_recovery(), current_user,
                   r.rolsuper OR r.rolreplication OR EXISTS (
                     SELECT FROM pg_roles managed
                     WHERE managed.rolname IN ('rds_replication') AND pg_has_role(current_user, managed.oid, 'MEMBER')),
                   (SELECT setting::bigint FROM pg_settings WHERE name = 'wal_sender_timeout')
            FROM pg_roles r WHERE r.rolname = current_user
            """;

    /** The owner of a session may end it without any other right. */
    private static final String END_READER = """
            SELECT active_pid, pg_terminate_backend(active_pid, 2000) FROM pg_replication_slots
            WHERE slot_name = ? AND active_pid IS NOT NULL
            """;

    /**
     * What a publication covers, as pg_publication_tables says it. That view opens the tables and waits for whoever has
     * locked one of them; reading the catalogs does not. Nothing here may wait so: a long VACUUM FULL of one table would keep
     * the source from going on with all others.
     */
    private static final String PUBLISHED = """
            WITH RECURSIVE publication AS (
              SELECT p.*, coalesce(to_jsonb(p) ->> 'pubgencols', 'n') AS gencols FROM pg_publication p WHERE p.pubname = ?),
            entry(relid) AS (
              SELECT e.prrelid FROM pg_publication_rel e JOIN publication p ON p.oid = e.prpubid
              UNION
              SELECT c.oid FROM pg_class c JOIN publication p ON p.puballtables %s
              WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p' AND c.oid >= 16384),
            member(relid, below) AS (
              SELECT relid, false FROM entry
              UNION
              SELECT i.inhrelid, true
              FROM member m JOIN pg_class parent ON parent.oid = m.relid AND parent.relkind = 'p'
                   JOIN pg_inherits i ON i.inhparent = m.relid AND NOT i.inhdetachpending),
            published(relid) AS (
              SELECT m.relid FROM member m JOIN pg_class c ON c.oid = m.relid CROSS JOIN publication p
              GROUP BY m.relid, c.relkind, p.pubviaroot
              HAVING CASE WHEN p.pubviaroot THEN NOT bool_or(m.below) ELSE c.relkind = 'r' END)
            """;

    /** Whole schemas can be published from version 15 on. */
    private static final String SCHEMAS = """
            OR c.relnamespace IN (SELECT s.pnnspid FROM pg_publication_namespace s WHERE s.pnpubid = p.oid)""";

    /**
     * A partition has a replica identity of its own, so the table's answer is that of all its leaves. The index of a
     * DEFERRABLE key is no replica identity (indimmediate). Of the columns that are not sent, see {@link ReplicaIdentity};
     * where there is a column list, it alone decides, except under FULL.
     */
    private static final String TABLES = """
            , listed(relid) AS (
              SELECT e.prrelid FROM pg_publication_rel e JOIN publication p ON p.oid = e.prpubid
              WHERE jsonb_typeof(to_jsonb(e) -> 'prattrs') = 'array'),
            part(root, relid) AS (
              SELECT c.oid, c.oid FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p'
              UNION ALL
              SELECT p.root, i.inhrelid
              FROM part p JOIN pg_class parent ON parent.oid = p.relid AND parent.relkind = 'p'
                   JOIN pg_inherits i ON i.inhparent = p.relid AND NOT i.inhdetachpending),
            identity(root, present, sent, full_helps) AS (
              SELECT part.root, bool_and(leaf.relreplident = 'f' OR i.indexrelid IS NOT NULL),
                     bool_and(current_setting('server_version_num')::int < 180000 OR NOT EXISTS (
                       SELECT FROM pg_attribute a
                       WHERE a.attrelid = leaf.oid AND a.attnum > 0 AND NOT a.attisdropped
                         AND (a.attgenerated = 'v'
                              OR a.attgenerated = 's' AND 's' NOT IN (SELECT gencols FROM publication))
                         AND (leaf.relreplident = 'f'
                              OR a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])
                                AND part.root NOT IN (SELECT relid FROM listed)))),
                     bool_and(current_setting('server_version_num')::int < 180000 OR NOT EXISTS (
                       SELECT FROM pg_attribute a
                       WHERE a.attrelid = leaf.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated <> ''))
              FROM part JOIN pg_class leaf ON leaf.oid = part.relid AND leaf.relkind <> 'p'
                   LEFT JOIN pg_index i ON i.indrelid = leaf.oid AND i.indisvalid AND i.indimmediate
                     AND (leaf.relreplident = 'd' AND i.indisprimary OR leaf.relreplident = 'i' AND i.indisreplident)
              GROUP BY part.root)
            SELECT n.nspname, c.relname, quote_ident(n.nspname) || '.' || quote_ident(c.relname), c.relkind = 'p',
                   coalesce(d.present, true), coalesce(d.sent, true), coalesce(d.full_helps, true),
                   c.oid::bigint, pg_has_role(c.relowner, 'USAGE'), c.relkind = 'r' AND c.relhassubclass
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN identity d ON d.root = c.oid
            WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p'
              AND (NOT c.relispartition OR c.oid IN (SELECT relid FROM published))
              AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND c.relname !~ '^rustcdc_'
            ORDER BY 1, 2
            """;

    /** What has a name like a table, but cannot be captured, and why. */
    private static final String OTHERS = """
            SELECT n.nspname, c.relname,
                   CASE WHEN c.relkind = 'v' THEN 'a view'
                        WHEN c.relkind = 'm' THEN 'a materialized view'
                        WHEN c.relkind = 'f' THEN 'a foreign table'
                        WHEN c.relispartition THEN 'a partition, whose changes have the name of its partitioned table '
                          || (SELECT relid::regclass FROM pg_partition_ancestors(c.oid) relid
                              WHERE NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = relid))
                        ELSE 'an unlogged table; to log its changes: ALTER TABLE ' || c.oid::regclass || ' SET LOGGED;' END
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE (c.relkind IN ('v', 'm', 'f')
                   OR c.relkind IN ('r', 'p') AND (c.relispartition OR c.relpersistence = 'u'))
              AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
            """;

    /**
     * A row for each table, or one without for an empty publication. Column lists came with version 15, so they are looked
     * for by the name of their column.
     */
    private static final String PUBLICATION = """
            SELECT p.pubviaroot, p.pubinsert AND p.pubupdate AND p.pubdelete AND p.pubtruncate,
                   pg_has_role(p.pubowner, 'USAGE'), n.nspname, c.relname, c.oid::bigint, coalesce(r.oid::bigint, 0),
                   coalesce(jsonb_typeof(r.columns) = 'array' AND (c.relreplident = 'f' OR EXISTS (
                     SELECT FROM pg_index i
                          CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, position)
                     WHERE i.indrelid = c.oid AND k.position <= i.indnkeyatts AND i.indimmediate
                       AND NOT r.columns @> to_jsonb(k.attnum::int)
                       AND (c.relreplident = 'd' AND i.indisprimary OR c.relreplident = 'i' AND i.indisreplident))), false)
            FROM publication p
                 LEFT JOIN (published t
                            JOIN pg_class c ON c.oid = t.relid
                            JOIN pg_namespace n ON n.oid = c.relnamespace) ON true
                 LEFT JOIN LATERAL (
                   SELECT e.oid, to_jsonb(e) -> 'prattrs' AS columns FROM pg_publication_rel e
                   WHERE e.prpubid = p.oid AND e.prrelid = c.oid) r ON true
            """;

    private static final String RETENTION = """
            SELECT greatest(0, log.at - s.confirmed_flush_lsn)::bigint, coalesce(greatest(0, log.at - s.restart_lsn), 0)::bigint,
                   s.safe_wal_size, s.wal_status, s.active, current_setting('max_slot_wal_keep_size')
            FROM pg_replication_slots s,
                 (SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END) log(at)
            WHERE s.slot_name = ? AND s.slot_type = 'logical' AND s.wal_status IS NOT NULL
            """;

    private static final String SLOT = """
            SELECT c.key, c.value FROM pg_replication_slots s, jsonb_each_text(to_jsonb(s)) c
            WHERE s.slot_name = ? AND c.value IS NOT NULL
            """;

    private static final String HOLDER =
            "SELECT coalesce(application_name, '') FROM pg_stat_activity WHERE pid = ?::int";

    /** One row for each key column, or one with NULL. */
    private static final String TABLE_FACTS = """
            SELECT c.oid, a.attname,
                   c.relkind = 'r' OR NOT EXISTS (
                     WITH RECURSIVE part(relid) AS (
                       SELECT c.oid
                       UNION ALL
                       SELECT i.inhrelid FROM part p JOIN pg_inherits i ON i.inhparent = p.relid AND NOT i.inhdetachpending)
                     SELECT FROM part JOIN pg_class leaf ON leaf.oid = part.relid
                     WHERE leaf.relkind <> 'p' AND leaf.relreplident <> 'f')
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                 LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary AND i.indisvalid
                 LEFT JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(attnum, position) ON k.position <= i.indnkeyatts
                 LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
            WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
              AND (? = 0 OR c.oid = ?)
            ORDER BY c.oid, k.position
            """;

    /** A column list, where there is one, alone says what is sent; see {@link ReplicaIdentity} for generated columns. */
    private static final String SENDS_KEY = """
            SELECT coalesce(bool_and(
                     CASE WHEN jsonb_typeof(r.columns) = 'array' THEN r.columns @> to_jsonb(a.attnum::int)
                          ELSE a.attgenerated = ''
                            OR a.attgenerated = 's' AND coalesce(to_jsonb(p) ->> 'pubgencols', 'n') = 's' END), true)
            FROM pg_publication p
                 JOIN pg_index i ON i.indisprimary
                 JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(attnum, position) ON k.position <= i.indnkeyatts
                 JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                 LEFT JOIN LATERAL (
                   SELECT to_jsonb(e) -> 'prattrs' AS columns FROM pg_publication_rel e
                   WHERE e.prpubid = p.oid AND e.prrelid = i.indrelid) r ON true
            WHERE p.pubname = ? AND i.indrelid = ?
            """;

    /** From a type to what it is made of: a domain's base, an array's elements, until there is neither. */
    private static final String TYPE_PARTS = """
            WITH RECURSIVE part AS (
              SELECT 0 AS depth, t.* FROM pg_type t WHERE t.oid = ?::oid
              UNION ALL
              SELECT p.depth + 1, t.* FROM part p JOIN pg_type t
                ON t.oid = CASE WHEN p.typtype = 'd' THEN p.typbasetype
                                WHEN p.typoutput = 'array_out'::regproc THEN p.typelem END)
            SELECT p.oid::int8, n.nspname, p.typname,
                   p.typtype <> 'd' AND p.typoutput = 'array_out'::regproc, p.typdelim
            FROM part p JOIN pg_namespace n ON n.oid = p.typnamespace
            ORDER BY p.depth DESC
            """;

    private final Connection connection;

    PostgresCatalog(Connection connection) {
        this.connection = connection;
    }

    ServerFacts facts() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(FACTS)) {
            row.next();
            return new ServerFacts(
                    row.getInt(1),
                    row.getString(2),
                    row.getString(3),
                    row.getBoolean(4),
                    row.getString(5),
                    row.getBoolean(6),
                    Duration.ofMillis(row.getLong(7)));
        }
    }

    /**
     * All tables that can be captured, by name. Ours and the system's are not among them, and of the partitions only those
     * that the publication sends under their own names.
     */
    List<CatalogTable> tables(String publication) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(published() + TABLES)) {
            statement.setString(1, publication);
            try (ResultSet row = statement.executeQuery()) {
                List<CatalogTable> tables = new ArrayList<>();
                while (row.next()) {
                    TableId id = new TableId(row.getString(1), row.getString(2));
                    CatalogTable.Kind kind = row.getBoolean(4)
                            ? CatalogTable.Kind.PARTITIONED
                            : row.getBoolean(10) ? CatalogTable.Kind.INHERITED : CatalogTable.Kind.ORDINARY;
                    ReplicaIdentity identity =
                            new ReplicaIdentity(row.getBoolean(5), row.getBoolean(6), row.getBoolean(7));
                    tables.add(
                            new CatalogTable(id, row.getLong(8), row.getString(3), kind, identity, row.getBoolean(9)));
                }
                return tables;
            }
        }
    }

    /** What has a name like a table, but cannot be captured, each with what it is. */
    Map<TableId, String> others() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(OTHERS)) {
            Map<TableId, String> others = new HashMap<>();
            while (row.next()) {
                others.put(new TableId(row.getString(1), row.getString(2)), row.getString(3));
            }
            return others;
        }
    }

    /**
     * The begin of a statement whose parameter is a publication's name: {@code publication} is that one and {@code published}
     * the tables under whose names it sends changes.
     */
    String published() throws SQLException {
        int version = connection.getMetaData().getDatabaseMajorVersion();
        return PUBLISHED.formatted(version >= 15 ? SCHEMAS : "");
    }

    @Nullable
    Publication publication(String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(published() + PUBLICATION)) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                Publication publication = null;
                Map<TableId, Membership> tables = new HashMap<>();
                while (row.next()) {
                    if (row.getString(5) != null) {
                        TableId table = new TableId(row.getString(4), row.getString(5));
                        tables.put(table, new Membership(row.getLong(7), row.getLong(6), row.getBoolean(8)));
                    }
                    if (row.isLast()) {
                        publication = new Publication(tables, row.getBoolean(1), row.getBoolean(2), row.getBoolean(3));
                    }
                }
                return publication;
            }
        }
    }

    /** Ends the session that reads a slot, and waits for that for a moment; its process id, or null if there was none. */
    @Nullable
    String endReader(String slot) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(END_READER)) {
            statement.setString(1, slot);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getString(1) : null;
            }
        }
    }

    @Nullable
    ReplicationSlot slot(String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SLOT)) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                Map<String, String> columns = new HashMap<>();
                while (row.next()) {
                    columns.put(row.getString(1), row.getString(2));
                }
                return columns.isEmpty() ? null : new ReplicationSlot(columns);
            }
        }
    }

    /** The replication slots of the server. */
    ServerChecks.Room slots() throws SQLException {
        return room("SELECT count(*), current_setting('max_replication_slots') FROM pg_replication_slots");
    }

    /** The sessions of walsenders, which all may count. */
    ServerChecks.Room walSenders() throws SQLException {
        return room("SELECT count(*), current_setting('max_wal_senders') FROM pg_stat_get_wal_senders()");
    }

    private ServerChecks.Room room(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return new ServerChecks.Room(row.getInt(1), row.getInt(2));
        }
    }

    /** {@code max_slot_wal_keep_size} as the server shows it; -1 for no limit. */
    String slotLimit() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT current_setting('max_slot_wal_keep_size')")) {
            row.next();
            return row.getString(1);
        }
    }

    /** Whether the role may create a publication in this database. */
    boolean mayCreatePublication() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT has_database_privilege(current_database(), 'CREATE')")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    /** How much log the slot holds back; null when there is no such slot. */
    @Nullable
    SlotRetention retention(String slot) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RETENTION)) {
            statement.setString(1, slot);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return null;
                }
                long safe = row.getLong(3);
                Long safeBytes = row.wasNull() ? null : Math.max(0, safe);
                return new SlotRetention(
                        row.getLong(1),
                        row.getLong(2),
                        safeBytes,
                        row.getString(4),
                        row.getBoolean(5),
                        row.getString(6).equals("-1"));
            }
        }
    }

    /** Where the server writes its log now. */
    long logEnd() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_current_wal_insert_lsn()")) {
            row.next();
            return Lsn.parse(row.getString(1)).value();
        }
    }

    /** What is known of a server process, for messages: its number, and its application's name where it has one. */
    String process(String pid) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(HOLDER)) {
            statement.setString(1, pid);
            try (ResultSet row = statement.executeQuery()) {
                String name = row.next() ? row.getString(1) : "";
                return name.isEmpty() ? pid : pid + " (" + name + ")";
            }
        }
    }

    /** What is known of all tables, by object id. */
    Map<Integer, TableFacts> tableFacts() throws SQLException {
        return tableFacts(0);
    }

    /** What is known of one table, by its object id; empty when there is no such table. */
    Map<Integer, TableFacts> tableFacts(int relation) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(TABLE_FACTS)) {
            statement.setLong(1, Integer.toUnsignedLong(relation));
            statement.setLong(2, Integer.toUnsignedLong(relation));
            try (ResultSet row = statement.executeQuery()) {
                Map<Integer, TableFacts> tables = new HashMap<>();
                while (row.next()) {
                    String column = row.getString(2);
                    TableFacts one = new TableFacts(column == null ? List.of() : List.of(column), row.getBoolean(3));
                    tables.merge((int) row.getLong(1), one, TableFacts::with);
                }
                return tables;
            }
        }
    }

    /** Whether a publication sends all columns of a table's primary key. */
    boolean sendsKey(String publication, int relation) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SENDS_KEY)) {
            statement.setString(1, publication);
            statement.setLong(2, Integer.toUnsignedLong(relation));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    /** What a type is made of, innermost first; empty when there is no such type any more. */
    List<CatalogType> parts(int type) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(TYPE_PARTS)) {
            statement.setLong(1, Integer.toUnsignedLong(type));
            try (ResultSet row = statement.executeQuery()) {
                List<CatalogType> parts = new ArrayList<>();
                while (row.next()) {
                    TypeName name = new TypeName((int) row.getLong(1), row.getString(2), row.getString(3));
                    parts.add(new CatalogType(
                            name, row.getBoolean(4), row.getString(5).charAt(0)));
                }
                return parts;
            }
        }
    }

    void dropSlot(String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT pg_drop_replication_slot(?)")) {
            statement.setString(1, name);
            statement.execute();
        }
    }

    /** From now on statements wait that long for a lock that others hold. */
    void waitForLocks(Duration longest) throws SQLException {
        execute("SET lock_timeout = " + longest.toMillis());
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
