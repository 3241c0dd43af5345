package io.rustcdc.chaos;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A writer to {@link MySqlChaos}. */
final class MySqlWriter implements ChaosWriter {

    /** The most rows of a statement. */
    static final int MOST_ROWS = 5000;

    private static final AtomicInteger names = new AtomicInteger();
    private static final long RECONNECT_NANOS = 20_000_000;
    private static final int DUPLICATE_KEY = 1062;
    private static final int KEYS = 200;
    private static final int HOT_KEYS = 6;

    private final MySqlChaos chaos;
    private final int number;
    private final Random random;
    private final BooleanSupplier writing;
    private int commits;
    private int failures;

    MySqlWriter(MySqlChaos chaos, int number, long seed, BooleanSupplier writing) {
        this.chaos = chaos;
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
            try (Connection connection = chaos.database().connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("SET SESSION innodb_lock_wait_timeout = 1, lock_wait_timeout = 2");
                while (writing.getAsBoolean()) {
                    transaction(statement);
                }
            } catch (SQLException | IllegalStateException e) {
                failures++; // the server was killed: whether the last commit counted, the audit knows
                LockSupport.parkNanos(RECONNECT_NANOS);
            }
        }
    }

    private void transaction(Statement statement) throws SQLException {
        int choice = random.nextInt(100);
        String xa = choice < 6 ? "'w" + number + "-" + names.incrementAndGet() + "'" : null;
        try {
            if (choice >= 6 && choice < 14) {
                withoutTransactions(statement);
            } else if (xa != null) {
                begin(statement, "XA START " + xa);
                steps(statement, false);
                endXa(statement, xa);
            } else {
                begin(statement, "START TRANSACTION");
                steps(statement, true);
                statement.execute(random.nextInt(20) == 0 ? "ROLLBACK" : "COMMIT");
            }
            commits++;
        } catch (SQLException e) {
            failures++; // a deadlock, a key that is taken, a column that is gone: the application's everyday life
            if (xa == null) {
                statement.execute("ROLLBACK");
            } else {
                rollbackXa(statement, xa);
            }
        }
    }

    private void begin(Statement statement, String how) throws SQLException {
        statement.execute("SET @tx = " + chaos.nextTransaction());
        statement.execute(how);
    }

    private void steps(Statement statement, boolean withDefinitions) throws SQLException {
        int steps = 1 + (random.nextBoolean() ? 0 : random.nextInt(random.nextInt(10) == 0 ? 40 : 6));
        for (int i = 0; i < steps; i++) {
            int choice = random.nextInt(1000);
            if (choice < 80) {
                savepoint(statement);
            } else if (choice < 90) {
                statement.execute(manyRows());
            } else if (choice < 102 && withDefinitions) {
                definition(statement, choice < 94);
            } else {
                changeIfPossible(statement);
            }
        }
    }

    /** A statement that fails because a key is taken changes nothing, and the transaction goes on. */
    private void changeIfPossible(Statement statement) throws SQLException {
        try {
            statement.execute(change());
        } catch (SQLException e) {
            if (e.getErrorCode() != DUPLICATE_KEY) {
                throw e;
            }
        }
    }

    private void savepoint(Statement statement) throws SQLException {
        statement.execute("SAVEPOINT s");
        for (int i = random.nextInt(3); i >= 0; i--) {
            changeIfPossible(statement);
        }
        statement.execute(random.nextBoolean() ? "ROLLBACK TO s" : "RELEASE SAVEPOINT s");
    }

    /** Commits what was done before it, also when it fails itself. */
    private void definition(Statement statement, boolean truncate) throws SQLException {
        try {
            if (truncate) {
                String table = MySqlChaos.TABLES.get(random.nextInt(MySqlChaos.TABLES.size()));
                truncate(statement, table);
            } else {
                shape(statement);
            }
        } finally {
            begin(statement, "START TRANSACTION");
        }
    }

    private void truncate(Statement statement, String table) throws SQLException {
        Lock survival = chaos.survival();
        survival.lock();
        try {
            statement.execute(
                    (random.nextBoolean() ? "TRUNCATE TABLE %s" : "truncate /* all */ `%s` # of it").formatted(table));
            chaos.truncated();
        } finally {
            survival.unlock();
        }
    }

    private void shape(Statement statement) throws SQLException {
        String table = table();
        String column = null;
        try (ResultSet result = statement.executeQuery(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = '%s' AND column_name REGEXP '^c[0-9]' ORDER BY RAND() LIMIT 1"
                        .formatted(table))) {
            if (result.next()) {
                column = result.getString(1);
            }
        }
        int choice = random.nextInt(3);
        if (column == null || choice == 0) {
            column = "c" + names.incrementAndGet();
            statement.execute("ALTER TABLE %s ADD COLUMN %s %s %s"
                    .formatted(
                            table,
                            column,
                            random.nextBoolean() ? "bigint" : "varchar(100)",
                            random.nextBoolean() ? "" : "AFTER version"));
        } else if (choice == 1) {
            statement.execute("ALTER TABLE %s DROP COLUMN %s".formatted(table, column));
            return;
        }
        begin(statement, "START TRANSACTION");
        statement.execute("UPDATE %s SET version = version + 1, %s = '%d' WHERE id %% 10 = %d"
                .formatted(table, column, random.nextInt(1000), random.nextInt(10)));
        statement.execute("COMMIT");
    }

    private void withoutTransactions(Statement statement) throws SQLException {
        Lock survival = chaos.survival();
        survival.lock();
        try {
            statement.execute("SET @tx = " + chaos.nextTransaction());
            statement.execute(
                    switch (random.nextInt(5)) {
                        case 0 -> "DELETE FROM ledger WHERE id BETWEEN %d AND %d".formatted(id(), id());
                        case 1 ->
                            "UPDATE ledger SET version = version + 1, note = '%s' WHERE id BETWEEN %d AND %d"
                                    .formatted(note(), id(), id());
                        // The rows before the one that exists stay.
                        case 2 ->
                            "INSERT INTO ledger VALUES (%d, 1, %d, 'one'), (%d, 1, %2$d, 'two'), (%d, 1, %2$d, 'three')"
                                    .formatted(id(), number, id(), id());
                        default ->
                            "INSERT INTO ledger VALUES (%d, 1, %d, '%s') ON DUPLICATE KEY UPDATE version = version + 1, note = VALUES(note)"
                                    .formatted(id(), number, note());
                    });
        } finally {
            survival.unlock();
        }
    }

    private void endXa(Statement statement, String xa) throws SQLException {
        statement.execute("XA END " + xa);
        Lock survival = chaos.survival();
        survival.lock();
        try {
            if (random.nextInt(4) == 0) {
                statement.execute("XA COMMIT " + xa + " ONE PHASE");
                return;
            }
            statement.execute("XA PREPARE " + xa);
            LockSupport.parkNanos(random.nextInt(100_000_000));
            statement.execute((random.nextInt(4) == 0 ? "XA ROLLBACK " : "XA COMMIT ") + xa);
        } finally {
            survival.unlock();
        }
    }

    private static void rollbackXa(Statement statement, String xa) throws SQLException {
        try {
            statement.execute("XA END " + xa);
        } catch (SQLException e) {
            // It has ended, or was rolled back.
        }
        try {
            statement.execute("XA ROLLBACK " + xa);
        } catch (SQLException e) {
            if (e.getErrorCode() == 0 || statement.getConnection().isClosed()) {
                throw e;
            }
        }
    }

    private String manyRows() {
        int from = 1000 + number * 2 * MOST_ROWS;
        int rows = random.nextInt(8) == 0 ? MOST_ROWS : 25;
        return switch (random.nextInt(4)) {
            case 0 -> "DELETE FROM accounts WHERE id BETWEEN %d AND %d".formatted(from, from + rows - 1);
            case 1 ->
                "UPDATE accounts SET version = version + 1, note = 'many' WHERE id BETWEEN %d AND %d"
                        .formatted(from, from + rows - 1);
            default ->
                "INSERT IGNORE INTO accounts (id, version, writer) SELECT %d + n, 1, %d FROM numbers WHERE n < %d"
                        .formatted(from, number, rows);
        };
    }

    private String change() {
        String table = table();
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> insert(table);
            case 3, 4, 5 ->
                "UPDATE %s SET version = version + 1, writer = %d, note = '%s' WHERE %s"
                        .formatted(table, number, note(), key(table));
            case 6 ->
                table.equals("accounts")
                        ? insert(table)
                        : "UPDATE %s SET version = version + 1, writer = %d, big = %s WHERE %s"
                                .formatted(table, number, big(), key(table));
            case 7 -> "DELETE FROM %s WHERE %s".formatted(table, key(table));
            case 8 -> "UPDATE %s SET version = version + 1, id = %d WHERE %s".formatted(table, id(), key(table));
            default ->
                "UPDATE %s SET version = version + 1, note = '%s' WHERE id BETWEEN %d AND %d"
                        .formatted(table, note(), id(), id());
        };
    }

    private String insert(String table) {
        String values = switch (table) {
            case "accounts" -> "(id, version, writer, note) VALUES (%d, 1, %d, '%s')".formatted(id(), number, note());
            case "documents" ->
                "(id, version, writer, note, big) VALUES (%d, 1, %d, '%s', %s)".formatted(id(), number, note(), big());
            default ->
                "(region, id, version, writer, note, big) VALUES (%d, %d, 1, %d, '%s', %s)"
                        .formatted(random.nextInt(3), id(), number, note(), big());
        };
        return switch (random.nextInt(4)) {
            case 0 -> "INSERT IGNORE INTO %s %s".formatted(table, values);
            case 1 -> "REPLACE INTO %s %s".formatted(table, values);
            case 2 -> "INSERT INTO %s %s".formatted(table, values);
            default ->
                "INSERT INTO %s %s ON DUPLICATE KEY UPDATE version = version + 1, writer = VALUES(writer), note = VALUES(note)"
                        .formatted(table, values);
        };
    }

    private String key(String table) {
        return table.equals("parts") ? "region = %d AND id = %d".formatted(random.nextInt(3), id()) : "id = " + id();
    }

    private int id() {
        return 1 + random.nextInt(random.nextInt(3) == 0 ? KEYS : HOT_KEYS);
    }

    private String table() {
        return MySqlChaos.TABLES.get(random.nextInt(3));
    }

    /** With letters of one to four bytes, and what needs escaping. */
    private String note() {
        return random.nextInt(10) == 0 ? "ü€😀\\\"\t\n" + random.nextInt(1000) : "n" + random.nextInt(100_000);
    }

    /** NULL, short, or 40 kB. */
    private String big() {
        return switch (random.nextInt(5)) {
            case 0 -> "NULL";
            case 1, 2 -> "'short%d'".formatted(random.nextInt(1000));
            default -> "REPEAT(MD5('%d'), 1250)".formatted(random.nextInt());
        };
    }
}
