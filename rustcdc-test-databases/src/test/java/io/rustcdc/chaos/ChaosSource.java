package io.rustcdc.chaos;

import io.rustcdc.test.databases.PostgresDatabase;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The tables that are written and captured, and an audit of what was committed. Triggers write the audit inside the
 * writers' own transactions, so it holds exactly what was committed, in the order of the changes of each row.
 */
final class ChaosSource {

    /**
     * {@code accounts} has small rows and keys that change; {@code documents} large values and whole before images;
     * {@code parts} a key of two columns, large values and keys that change.
     */
    static final List<String> NAMES = List.of("accounts", "documents", "parts");

    static final List<String> TABLES =
            NAMES.stream().map(name -> "public." + name).toList();

    private final PostgresDatabase database;

    ChaosSource(PostgresDatabase database) {
        this.database = database;
    }

    void create() {
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
        for (String table : NAMES) {
            database.sql("""
                    CREATE TRIGGER rows AFTER INSERT OR UPDATE OR DELETE ON %1$s FOR EACH ROW EXECUTE FUNCTION chaos_audit();
                    CREATE TRIGGER truncates AFTER TRUNCATE ON %1$s FOR EACH STATEMENT EXECUTE FUNCTION chaos_audit();
                    """.formatted(table));
        }
    }

    /** One row in each table, after all the others: when it has arrived, everything has. */
    void mark() {
        database.sql("""
                INSERT INTO accounts (id, version) VALUES (-1, 0);
                INSERT INTO documents (id, version) VALUES (-1, 0);
                INSERT INTO parts (region, id, version) VALUES (-1, -1, 0);
                """);
    }

    /** The rows of a table as they are, by their keys. */
    Map<String, String> rows(String table) {
        Map<String, String> rows = new TreeMap<>();
        database.query("SELECT chaos_key(to_jsonb(t) - 'big'), chaos_row(to_jsonb(t)) FROM %s t".formatted(table))
                .forEach(row -> rows.put((String) row.get(0), (String) row.get(1)));
        return rows;
    }

    /** What was committed: for each transaction its changes, in order. */
    Map<Long, Deque<Audited>> audit() {
        Map<Long, Deque<Audited>> transactions = new HashMap<>();
        database.query("SELECT seq, xid, tab, op, key, version, row FROM audit ORDER BY seq")
                .forEach(row -> transactions
                        .computeIfAbsent((Long) row.get(1), xid -> new ArrayDeque<>())
                        .add(new Audited(
                                (Long) row.get(0),
                                (String) row.get(2),
                                (String) row.get(3),
                                (String) row.get(4),
                                (Long) row.get(5),
                                (String) row.get(6))));
        return transactions;
    }

    /**
     * One committed change.
     *
     * @param seq rises with each change of a row, over all transactions
     * @param row the whole row after it
     */
    record Audited(
            long seq,
            String table,
            String operation,
            @Nullable String key,
            @Nullable Long version,
            @Nullable String row) {}
}
