package io.rustcdc.chaos;

import io.rustcdc.source.SourceArguments;
import io.rustcdc.test.databases.sqlserver.SqlServerStandIn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The stand-in for SQL Server, whose agent lags and stops, and whose clean-up runs behind what the consumer has saved. It is audited
 * by its writers' commits.
 */
final class SqlServerStandInChaos implements ChaosDatabase {

    /** {@code accounts} has small rows; {@code documents} large values; {@code parts} a key of two columns. */
    static final List<String> TABLES = List.of("accounts", "documents", "parts");

    /** More than any queue of a consumer holds. */
    private static final int MANY_UNSAVED = 8_000;

    /** With it, four writers commit about 400 changes in a second. */
    private static final long PAUSE_NANOS = 100_000_000;

    private static final Pattern CURSOR = Pattern.compile("\"cursor\"\\s*:\\s*\"(0x[0-9a-f]{20})");

    private final SqlServerStandIn database = SqlServerStandIn.start();
    private final Path directory;
    private final List<Audit.Audited> audit = Collections.synchronizedList(new ArrayList<>());
    /** How many changes were committed up to this LSN. */
    private final NavigableMap<String, Integer> committed = new ConcurrentSkipListMap<>();

    /** Who has an open transaction that may change a row, by table and {@code id}. */
    private final Map<String, Integer> claims = new ConcurrentHashMap<>();

    private final int port = database.port();
    private int instances = 1;

    /** @param directory where the consumer keeps its checkpoint */
    SqlServerStandInChaos(Path directory) {
        this.directory = directory;
        database.sql(
                "CREATE TABLE accounts (id bigint PRIMARY KEY, version bigint NOT NULL, writer int, note"
                        + " nvarchar(100))",
                "CREATE TABLE documents (id bigint PRIMARY KEY, version bigint NOT NULL, writer int, note"
                        + " nvarchar(100), big nvarchar(max))",
                "CREATE TABLE parts (id bigint, region int, version bigint NOT NULL, writer int, note nvarchar(100),"
                        + " big nvarchar(max), PRIMARY KEY (region, id))");
        TABLES.forEach(database::enable);
        database.capture();
        database.onCommit(this::committed);
    }

    private void committed(SqlServerStandIn.Committed change) {
        Map<String, @Nullable String> row = texts(change.row());
        boolean deleted = change.operation().equals("DELETE");
        audit.add(new Audit.Audited(
                audit.size() + 1L,
                change.transaction(),
                change.table(),
                change.operation(),
                key(change.table(), row),
                deleted ? null : (Long) change.row().get("version"),
                deleted ? null : Digest.row(row)));
        committed.put(change.lsn(), audit.size());
    }

    /**
     * Four writers commit more in a minute than a consumer that is killed and slowed reads in ten. While it is far behind they
     * write on, but slowly, so that they write as long as things break and all of it is read in the end.
     */
    void awaitConsumer() {
        if (unsaved() > MANY_UNSAVED) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private int unsaved() {
        String saved = savedLsn();
        Map.Entry<String, Integer> done = saved == null ? null : committed.floorEntry(saved);
        return audit.size() - (done == null ? 0 : done.getValue());
    }

    private static Map<String, @Nullable String> texts(Map<String, @Nullable Object> values) {
        Map<String, @Nullable String> texts = new TreeMap<>();
        values.forEach((column, value) -> texts.put(column, value == null ? null : Digest.shortened(value.toString())));
        return texts;
    }

    private static String key(String table, Map<String, @Nullable String> row) {
        return table.equals("parts") ? row.get("region") + "/" + row.get("id") : String.valueOf(row.get("id"));
    }

    /**
     * Whether a transaction of the writer may change these rows; if not, another's changes one of them. SQL Server would let it wait. In the H2 of the
     * stand-in, a row whose change is rolled back while another transaction waits for it is gone at times (1 in 25,000
     * changes of four writers without pauses).
     */
    boolean claim(int writer, String table, IntStream ids) {
        return ids.mapToObj(id -> table + " " + id)
                .allMatch(row -> Objects.requireNonNullElse(claims.putIfAbsent(row, writer), writer) == writer);
    }

    /** The transaction of the writer has ended. */
    void release(int writer) {
        claims.values().removeIf(owner -> owner == writer);
    }

    SqlServerStandIn database() {
        return database;
    }

    @Override
    public SourceArguments source(int port) {
        return SourceArguments.sqlServerStandIn(
                port,
                database.name(),
                TABLES.stream().map(table -> "dbo." + table).toList());
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public List<String> tables() {
        return TABLES;
    }

    @Override
    public ChaosWriter writer(int number, long seed, BooleanSupplier writing) {
        return new SqlServerStandInWriter(this, number, seed, writing);
    }

    @Override
    public void mark() {
        database.agent().lag(Duration.ZERO);
        database.startCapture();
        database.sql(
                "INSERT INTO accounts (id, version) VALUES (-1, 0)",
                "INSERT INTO documents (id, version) VALUES (-1, 0)",
                "INSERT INTO parts (region, id, version) VALUES (-1, -1, 0)");
    }

    @Override
    public Map<String, String> rows(String table) {
        List<String> columns = table.equals("accounts")
                ? List.of("id", "version", "writer", "note")
                : table.equals("documents")
                        ? List.of("id", "version", "writer", "note", "big")
                        : List.of("id", "region", "version", "writer", "note", "big");
        Map<String, String> rows = new TreeMap<>();
        for (List<@Nullable Object> values :
                database.query("SELECT %s FROM %s".formatted(String.join(", ", columns), "dbo." + table))) {
            Map<String, @Nullable Object> row = new TreeMap<>();
            for (int i = 0; i < columns.size(); i++) {
                row.put(columns.get(i), values.get(i));
            }
            Map<String, @Nullable String> texts = texts(row);
            rows.put(key(table, texts), Digest.row(texts));
        }
        return rows;
    }

    @Override
    public boolean isRepeatable(String table) {
        return true;
    }

    @Override
    public Audit audit() {
        return new KeyAudit(List.copyOf(audit), 0);
    }

    @Override
    public void killReader() {
        database.killSessions();
    }

    /** The clean-up removes what the consumer has saved, and a table goes over to a new capture instance, or loses the old one. */
    @Override
    public synchronized void rotateLog() {
        String saved = savedLsn();
        if (saved == null) {
            return;
        }
        for (List<@Nullable Object> instance :
                database.query("SELECT capture_instance FROM cdc.change_tables WHERE start_lsn IS NOT NULL")) {
            database.sql("EXEC sys.sp_cdc_cleanup_change_table @capture_instance = N'%s', @low_water_mark = %s"
                    .formatted(instance.get(0), saved));
        }
        List<List<@Nullable Object>> accounts = database.query(
                "SELECT capture_instance, start_lsn FROM cdc.change_tables WHERE capture_instance LIKE '%accounts%'"
                        + " ORDER BY object_id");
        if (accounts.size() == 1) {
            database.enable("accounts", "accounts_" + ++instances);
        } else if (accounts.get(1).get(1) instanceof byte[] start
                && ("0x" + HexFormat.of().formatHex(start)).compareTo(saved) < 0) {
            // The newer one has all that was not saved.
            database.disable("accounts", String.valueOf(accounts.get(0).get(0)));
        }
    }

    private @Nullable String savedLsn() {
        Path source = directory.resolve("shop");
        if (!Files.exists(source)) {
            return null;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(source, "checkpoint_*.json")) {
            for (Path file : files) {
                Matcher cursor = CURSOR.matcher(Files.readString(file));
                if (cursor.find()) {
                    return cursor.group(1);
                }
            }
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Another process sees the server die; the database outlives it, as it would on a disk. */
    @Override
    public void killServer() {
        database.stopCapture();
        int listening = database.stopListening();
        database.listenAgain(listening);
        database.startCapture();
    }

    @Override
    public void close() {
        database.close();
    }
}
