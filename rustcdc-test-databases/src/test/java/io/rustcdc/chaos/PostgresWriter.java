package io.rustcdc.chaos;

import io.rustcdc.test.databases.PostgresDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A writer to {@link PostgresChaos}. */
final class PostgresWriter implements ChaosWriter {

    private static final AtomicInteger names = new AtomicInteger();
    private static final long RECONNECT_NANOS = 20_000_000;
    private static final int KEYS = 200;
    private static final int HOT_KEYS = 6;

    private final PostgresDatabase database;
    private final int number;
    private final Random random;
    private final BooleanSupplier writing;
    private int commits;
    private int failures;

    PostgresWriter(PostgresDatabase database, int number, long seed, BooleanSupplier writing) {
        this.database = database;
        this.number = number;
        this.random = new Random(seed * 31 + number);
        this.writing = writing;
    }

    @Override
    public int commits() {
        return commits;
    }

    @Override
    public int failures() {
        return failures;
    }

    @Override
    public void run() {
        while (writing.getAsBoolean()) {
            try (Connection connection = database.connect()) {
                connection.setAutoCommit(false);
                while (writing.getAsBoolean()) {
                    transaction(connection);
                }
            } catch (SQLException | IllegalStateException e) {
                failures++; // the server was killed: whether the last commit counted, the audit knows
                LockSupport.parkNanos(RECONNECT_NANOS);
            }
        }
    }

    private void transaction(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL lock_timeout = '1s'");
            int steps = 1 + random.nextInt(random.nextInt(10) == 0 ? 40 : 6);
            for (int i = 0; i < steps; i++) {
                step(connection, statement);
            }
            end(connection, statement);
        } catch (SQLException e) {
            if (connection.isClosed() || "57P01".equals(e.getSQLState())) {
                throw e;
            }
            failures++; // a deadlock, a key that is taken, a column that is gone: the application's everyday life
            connection.rollback();
        }
    }

    private void end(Connection connection, Statement statement) throws SQLException {
        int choice = random.nextInt(20);
        if (choice == 0) {
            connection.rollback();
        } else if (choice == 1) {
            String name = "p" + names.incrementAndGet();
            statement.execute("PREPARE TRANSACTION '" + name + "'");
            connection.commit();
            connection.setAutoCommit(true);
            statement.execute((random.nextInt(4) == 0 ? "ROLLBACK" : "COMMIT") + " PREPARED '" + name + "'");
            connection.setAutoCommit(false);
            commits++;
        } else {
            connection.commit();
            commits++;
        }
    }

    private void step(Connection connection, Statement statement) throws SQLException {
        int choice = random.nextInt(1000);
        if (choice < 80) {
            savepoint(connection, statement);
        } else if (choice < 110) {
            subtransaction(statement);
        } else if (choice < 130) {
            statement.execute("SELECT pg_logical_emit_message(%s, 'chaos', 'hello')".formatted(random.nextBoolean()));
        } else if (choice < 135) {
            statement.execute("TRUNCATE " + (random.nextInt(3) == 0 ? "accounts, documents" : table()));
        } else if (choice < 145) {
            shape(statement);
        } else if (choice < 155) {
            manyRows(statement);
        } else {
            statement.execute(change());
        }
    }

    private void savepoint(Connection connection, Statement statement) throws SQLException {
        Savepoint savepoint = connection.setSavepoint();
        try {
            for (int i = random.nextInt(3); i >= 0; i--) {
                statement.execute(change());
            }
            if (random.nextBoolean()) {
                connection.rollback(savepoint);
            } else {
                connection.releaseSavepoint(savepoint);
            }
        } catch (SQLException e) {
            connection.rollback(savepoint);
        }
    }

    /** A block with an exception handler is a subtransaction; half of them roll their changes back. */
    private void subtransaction(Statement statement) throws SQLException {
        String failure = random.nextBoolean() ? "PERFORM 1 / 0;" : "";
        statement.execute("DO $do$BEGIN %s; BEGIN %s; %s EXCEPTION WHEN OTHERS THEN NULL; END; %s; END$do$"
                .formatted(change(), change(), failure, change()));
    }

    private void shape(Statement statement) throws SQLException {
        String table = table();
        String column = null;
        try (ResultSet result = statement.executeQuery(
                "SELECT attname FROM pg_attribute WHERE attrelid = '%s'::regclass AND attname ~ '^c[0-9]' AND NOT attisdropped ORDER BY random() LIMIT 1"
                        .formatted(table))) {
            if (result.next()) {
                column = result.getString(1);
            }
        }
        int choice = random.nextInt(3);
        if (column == null || choice == 0) {
            column = "c" + names.incrementAndGet();
            statement.execute("ALTER TABLE %s ADD COLUMN %s %s"
                    .formatted(table, column, random.nextBoolean() ? "bigint" : "text"));
        } else if (choice == 1) {
            statement.execute("ALTER TABLE %s DROP COLUMN %s".formatted(table, column));
            return;
        }
        statement.execute("UPDATE %s SET version = nextval('version'), %s = '%d' WHERE id %% 10 = %d"
                .formatted(table, column, random.nextInt(1000), random.nextInt(10)));
    }

    private void manyRows(Statement statement) throws SQLException {
        int from = 1000 + number * 1000;
        int to = from + 50 + random.nextInt(400);
        statement.execute(
                switch (random.nextInt(3)) {
                    case 0 -> "DELETE FROM accounts WHERE id BETWEEN %d AND %d".formatted(from, to);
                    case 1 ->
                        "UPDATE accounts SET version = nextval('version'), note = 'many' WHERE id BETWEEN %d AND %d"
                                .formatted(from, to);
                    default ->
                        "INSERT INTO accounts (id, version, writer) SELECT i, nextval('version'), %d FROM generate_series(%d, %d) i ON CONFLICT DO NOTHING"
                                .formatted(number, from, to);
                });
    }

    private String change() {
        String table = table();
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> insert(table);
            case 3, 4, 5 ->
                "UPDATE %s SET version = nextval('version'), writer = %d, note = '%s' WHERE %s"
                        .formatted(table, number, note(), key(table));
            case 6 ->
                table.equals("accounts")
                        ? insert(table)
                        : "UPDATE %s SET version = nextval('version'), writer = %d, big = %s WHERE %s"
                                .formatted(table, number, big(), key(table));
            case 7 -> "DELETE FROM %s WHERE %s".formatted(table, key(table));
            case 8 ->
                table.equals("documents")
                        ? insert(table)
                        : "UPDATE %s SET version = nextval('version'), id = %d WHERE %s"
                                .formatted(table, id(), key(table));
            default ->
                "UPDATE %s SET version = nextval('version'), note = '%s' WHERE id BETWEEN %d AND %d"
                        .formatted(table, note(), id(), id());
        };
    }

    private String insert(String table) {
        boolean replace = random.nextBoolean();
        String conflict = replace
                ? "DO UPDATE SET version = nextval('version'), writer = EXCLUDED.writer, note = EXCLUDED.note"
                : "DO NOTHING";
        return switch (table) {
            case "accounts" ->
                "INSERT INTO accounts (id, version, writer, note) VALUES (%d, nextval('version'), %d, '%s') ON CONFLICT (id) %s"
                        .formatted(id(), number, note(), conflict);
            case "documents" ->
                "INSERT INTO documents (id, version, writer, note, big) VALUES (%d, nextval('version'), %d, '%s', %s) ON CONFLICT (id) %s"
                        .formatted(id(), number, note(), big(), conflict);
            default ->
                "INSERT INTO parts (region, id, version, writer, note, big) VALUES (%d, %d, nextval('version'), %d, '%s', %s) ON CONFLICT (region, id) %s"
                        .formatted(random.nextInt(3), id(), number, note(), big(), conflict);
        };
    }

    private String key(String table) {
        return table.equals("parts") ? "region = %d AND id = %d".formatted(random.nextInt(3), id()) : "id = " + id();
    }

    private int id() {
        return 1 + random.nextInt(random.nextInt(3) == 0 ? KEYS : HOT_KEYS);
    }

    private String table() {
        return PostgresChaos.TABLES.get(random.nextInt(PostgresChaos.TABLES.size()));
    }

    /** With letters of one to four bytes, and what needs escaping. */
    private String note() {
        return random.nextInt(10) == 0 ? "ü€😀\\\"\t\n" + random.nextInt(1000) : "n" + random.nextInt(100_000);
    }

    /** NULL, short, or 40 kB that are stored out of line. */
    private String big() {
        return switch (random.nextInt(5)) {
            case 0 -> "NULL";
            case 1, 2 -> "'short%d'".formatted(random.nextInt(1000));
            default -> "repeat(md5('%d'), 1250)".formatted(random.nextInt());
        };
    }
}
