package io.rustcdc.chaos;

import io.rustcdc.chaos.Audit.Audited;
import io.rustcdc.source.SourceArguments;
import io.rustcdc.source.mysql.Flavor;
import io.rustcdc.test.databases.MySqlDatabase;
import io.rustcdc.test.databases.MySqlServer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A MySQL or MariaDB server. Triggers write the audit inside the writers' own transactions, with the number of the
 * transaction that the writer has set in {@code @tx}.
 */
final class MySqlChaos implements ChaosDatabase {

    /**
     * {@code accounts} has small rows; {@code documents} large values; {@code parts} a key of two columns; {@code ledger} is
     * without transactions.
     */
    static final List<String> TABLES = List.of("accounts", "documents", "parts", "ledger");

    private final boolean gtids;
    private final MySqlServer server;
    private final MySqlDatabase database;
    private final AtomicLong transactions = new AtomicLong();
    private final AtomicInteger truncates = new AtomicInteger();

    /** What the server itself does not survive whole is not done while it is killed. */
    private final ReadWriteLock survival = new ReentrantReadWriteLock();

    MySqlChaos(Flavor flavor, boolean gtids) {
        this.gtids = gtids;
        MySqlServer.Builder builder = MySqlServer.builder(flavor)
                .options("binlog-row-metadata=FULL", "max-binlog-size=262144", "innodb-flush-log-at-trx-commit=1");
        if (flavor == Flavor.MYSQL && !gtids) {
            builder.options("gtid-mode=OFF", "enforce-gtid-consistency=OFF");
        }
        server = builder.start();
        server.createCdcUser(SourceArguments.USER, SourceArguments.PASSWORD);
        database = server.createDatabase();
        create();
    }

    @Override
    public SourceArguments source(int port) {
        return SourceArguments.mysql(server.flavor(), port, database.name(), TABLES, gtids);
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
        return new MySqlWriter(this, number, seed, writing);
    }

    MySqlDatabase database() {
        return database;
    }

    /** The number of the next transaction. */
    long nextTransaction() {
        return transactions.incrementAndGet();
    }

    void truncated() {
        truncates.incrementAndGet();
    }

    /** While it is held the server is not killed. */
    Lock survival() {
        return survival.readLock();
    }

    private void create() {
        database.sql(
                "CREATE TABLE accounts (id bigint PRIMARY KEY, version bigint NOT NULL, writer int, note text)",
                "CREATE TABLE documents (id bigint PRIMARY KEY, version bigint NOT NULL, writer int, note text, big mediumtext)",
                "CREATE TABLE parts (id bigint, region int, version bigint NOT NULL, writer int, note text, big mediumtext, PRIMARY KEY (region, id))",
                "CREATE TABLE ledger (id bigint PRIMARY KEY, version bigint NOT NULL, writer int, note text) ENGINE = MyISAM",
                "CREATE TABLE audit (seq bigint AUTO_INCREMENT PRIMARY KEY, tx bigint, tab varchar(20), op varchar(10), k varchar(50), version bigint, r text)",
                // A statement may change tables with transactions, or without, but not both.
                "CREATE TABLE ledger_audit LIKE audit",
                "ALTER TABLE ledger_audit ENGINE = MyISAM",
                "CREATE TABLE numbers (n int PRIMARY KEY)");
        database.sql("INSERT INTO numbers VALUES "
                + IntStream.range(0, MySqlWriter.MOST_ROWS)
                        .mapToObj(n -> "(" + n + ")")
                        .collect(Collectors.joining(",")));
        for (String table : TABLES) {
            String key = table.equals("parts") ? "CONCAT(%1$s.region, '/', %1$s.id)" : "%1$s.id";
            String insert =
                    "CREATE TRIGGER %1$s_%2$s AFTER %2$s ON %1$s FOR EACH ROW INSERT INTO %3$s (tx, tab, op, k, version, r) VALUES (@tx, '%1$s', '%2$s', %4$s, %5$s, %6$s)";
            String audit = table.equals("ledger") ? "ledger_audit" : "audit";
            for (String operation : List.of("INSERT", "UPDATE")) {
                database.sql(
                        insert.formatted(table, operation, audit, key.formatted("NEW"), "NEW.version", row(table)));
            }
            database.sql(insert.formatted(table, "DELETE", audit, key.formatted("OLD"), "NULL", "NULL"));
        }
    }

    /** {@link Digest} of the columns that last. */
    private static String row(String table) {
        List<String> columns = switch (table) {
            case "documents" -> List.of("big", "id", "note", "version", "writer");
            case "parts" -> List.of("big", "id", "note", "region", "version", "writer");
            default -> List.of("id", "note", "version", "writer");
        };
        return columns.stream()
                .map(column ->
                        "'%1$s=', IFNULL(IF(CHAR_LENGTH(NEW.%1$s) > 60, CONCAT(MD5(NEW.%1$s), ':', CHAR_LENGTH(NEW.%1$s)), NEW.%1$s), '~')"
                                .formatted(column))
                .collect(Collectors.joining(", ',', ", "CONCAT(", ")"));
    }

    @Override
    public void mark() {
        for (String table : TABLES) {
            String columns =
                    table.equals("parts") ? "(region, id, version) VALUES (-1, -1, 0)" : "(id, version) VALUES (-1, 0)";
            database.sql("SET @tx = %d; INSERT INTO %s %s".formatted(nextTransaction(), table, columns));
        }
    }

    @Override
    public Map<String, String> rows(String table) {
        List<String> columns = database
                .query(
                        "SELECT column_name FROM information_schema.columns WHERE table_schema = '%s' AND table_name = '%s' ORDER BY ordinal_position"
                                .formatted(database.name(), table))
                .stream()
                .map(row -> (String) row.get(0))
                .toList();
        Map<String, String> rows = new TreeMap<>();
        for (List<@Nullable Object> values : database.query("SELECT * FROM " + table)) {
            Map<String, @Nullable String> row = new TreeMap<>();
            for (int i = 0; i < columns.size(); i++) {
                Object value = values.get(i);
                row.put(columns.get(i), value == null ? null : Digest.shortened(value.toString()));
            }
            rows.put(table.equals("parts") ? row.get("region") + "/" + row.get("id") : row.get("id"), Digest.row(row));
        }
        return rows;
    }

    @Override
    public boolean isRepeatable(String table) {
        return true;
    }

    @Override
    public Audit audit() {
        return new KeyAudit(
                database
                        .query(
                                "SELECT seq, tx, tab, op, k, version, r FROM audit UNION ALL SELECT seq, tx, tab, op, k, version, r FROM ledger_audit ORDER BY seq")
                        .stream()
                        .map(row -> new Audited(
                                (Long) row.get(0),
                                (Long) row.get(1),
                                (String) row.get(2),
                                (String) row.get(3),
                                (String) row.get(4),
                                (Long) row.get(5),
                                (String) row.get(6)))
                        .toList(),
                truncates.get());
    }

    @Override
    public void killReader() {
        for (List<@Nullable Object> session :
                database.query("SELECT id FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%'")) {
            try {
                database.sql("KILL " + session.get(0));
            } catch (IllegalStateException e) {
                // It ended by itself meanwhile.
            }
        }
    }

    @Override
    public void rotateLog() {
        database.sql("FLUSH BINARY LOGS");
    }

    @Override
    public void killServer() {
        survival.writeLock().lock();
        try {
            server.kill();
            server.start();
        } finally {
            survival.writeLock().unlock();
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
