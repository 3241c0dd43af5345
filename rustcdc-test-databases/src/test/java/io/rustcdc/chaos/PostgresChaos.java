package io.rustcdc.chaos;

import io.rustcdc.chaos.Audit.Audited;
import io.rustcdc.source.SourceArguments;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * A PostgreSQL server. Triggers write the audit inside the writers' own transactions, so it holds exactly what was committed,
 * in the order of the changes of each row.
 */
final class PostgresChaos implements ChaosDatabase {

    /**
     * {@code accounts} has small rows and keys that change; {@code documents} large values and whole before images;
     * {@code parts} a key of two columns, large values and keys that change.
     */
    static final List<String> TABLES = List.of("accounts", "documents", "parts");

    private final PostgresServer server = PostgresServer.builder()
            .setting("max_prepared_transactions", "20")
            .setting("deadlock_timeout", "100ms")
            .setting("max_connections", "50")
            // A killed process loses nothing that it has written; more transactions find more.
            .setting("fsync", "off")
            .start();
    private final PostgresDatabase database = server.createDatabase();

    PostgresChaos() {
        create();
    }

    @Override
    public SourceArguments source(int port) {
        return SourceArguments.postgres(
                port,
                database.name(),
                TABLES.stream().map(table -> "public." + table).toList());
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    public List<String> tables() {
        return TABLES;
    }

    @Override
    public ChaosWriter writer(int number, long seed, BooleanSupplier writing) {
        return new PostgresWriter(database, number, seed, writing);
    }

    private void create() {
        database.sql("""
                CREATE SEQUENCE version;
                CREATE TABLE accounts (id bigint PRIMARY KEY, version bigint NOT NULL, writer int, note text);
                CREATE TABLE documents (id bigint PRIMARY KEY, version bigint NOT NULL, writer int, note text, big text);
                CREATE TABLE parts (id bigint, region int, version bigint NOT NULL, writer int, note text, big text,
                                    PRIMARY KEY (region, id));
                ALTER TABLE documents ALTER COLUMN big SET STORAGE EXTERNAL;
                ALTER TABLE parts ALTER COLUMN big SET STORAGE EXTERNAL;
                ALTER TABLE documents REPLICA IDENTITY FULL;
                CREATE TABLE audit (seq bigserial PRIMARY KEY, xid bigint, tab text, op text, key text, version bigint, row text);
                """, """
                CREATE FUNCTION chaos_text(value text) RETURNS text LANGUAGE sql IMMUTABLE AS
                $$SELECT CASE WHEN length(value) > 60 THEN md5(value) || ':' || length(value) ELSE value END$$;
                CREATE FUNCTION chaos_row(r jsonb) RETURNS text LANGUAGE sql STABLE AS
                $$SELECT string_agg(key || '=' || coalesce(chaos_text(value), '~'), ',' ORDER BY key COLLATE "C")
                  FROM jsonb_each_text(r)$$;
                CREATE FUNCTION chaos_key(r jsonb) RETURNS text LANGUAGE sql STABLE AS
                $$SELECT concat_ws('/', r->>'region', r->>'id')$$;
                CREATE FUNCTION chaos_audit() RETURNS trigger LANGUAGE plpgsql AS $$
                DECLARE r jsonb;
                BEGIN
                  IF TG_OP = 'DELETE' THEN
                    r := to_jsonb(OLD) - 'big';
                    INSERT INTO audit (xid, tab, op, key) VALUES (pg_current_xact_id()::text::bigint, TG_TABLE_NAME, TG_OP, chaos_key(r));
                  ELSIF TG_OP = 'TRUNCATE' THEN
                    INSERT INTO audit (xid, tab, op) VALUES (pg_current_xact_id()::text::bigint, TG_TABLE_NAME, TG_OP);
                  ELSE
                    r := to_jsonb(NEW);
                    INSERT INTO audit (xid, tab, op, key, version, row)
                    VALUES (pg_current_xact_id()::text::bigint, TG_TABLE_NAME, TG_OP, chaos_key(r), NEW.version, chaos_row(r));
                  END IF;
                  RETURN NULL;
                END$$;
                """);
        for (String table : TABLES) {
            database.sql("""
                    CREATE TRIGGER rows AFTER INSERT OR UPDATE OR DELETE ON %1$s FOR EACH ROW EXECUTE FUNCTION chaos_audit();
                    CREATE TRIGGER truncates AFTER TRUNCATE ON %1$s FOR EACH STATEMENT EXECUTE FUNCTION chaos_audit();
                    """.formatted(table));
        }
    }

    @Override
    public void mark() {
        database.sql("""
                INSERT INTO accounts (id, version) VALUES (-1, 0);
                INSERT INTO documents (id, version) VALUES (-1, 0);
                INSERT INTO parts (region, id, version) VALUES (-1, -1, 0);
                """);
    }

    @Override
    public Map<String, String> rows(String table) {
        Map<String, String> rows = new TreeMap<>();
        database.query("SELECT chaos_key(to_jsonb(t) - 'big'), chaos_row(to_jsonb(t)) FROM %s t".formatted(table))
                .forEach(row -> rows.put((String) row.get(0), (String) row.get(1)));
        return rows;
    }

    /** A change of the key that does not carry the large value cannot be repeated by a row write alone. */
    @Override
    public boolean isRepeatable(String table) {
        return !table.equals("parts");
    }

    @Override
    public Audit audit() {
        return new TransactionAudit(
                database.query("SELECT seq, xid, tab, op, key, version, row FROM audit ORDER BY seq").stream()
                        .map(row -> new Audited(
                                (Long) row.get(0),
                                (Long) row.get(1),
                                (String) row.get(2),
                                (String) row.get(3),
                                (String) row.get(4),
                                (Long) row.get(5),
                                (String) row.get(6)))
                        .toList());
    }

    @Override
    public void killReader() {
        database.query("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active");
    }

    @Override
    public void rotateLog() {
        database.query("SELECT pg_switch_wal()");
    }

    @Override
    public void killServer() {
        server.kill();
        server.start();
        // Nobody comes back to what a writer had prepared, which keeps its locks: perhaps on whole tables, for good.
        database.query("SELECT gid FROM pg_prepared_xacts WHERE prepared < pg_postmaster_start_time()")
                .forEach(prepared -> database.sql("ROLLBACK PREPARED '" + prepared.get(0) + "'"));
    }

    @Override
    public void close() {
        server.close();
    }
}
