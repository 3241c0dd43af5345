package io.rustcdc.chaos;

import io.rustcdc.test.databases.sqlserver.SqlServerTransaction;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A writer to {@link SqlServerStandInChaos}, which also lets the agent lag; one of them cleans up. */
final class SqlServerStandInWriter implements ChaosWriter {

    private static final int DUPLICATE_KEY = 2627;
    private static final int KEYS = 200;
    private static final int HOT_KEYS = 6;
    private static final int MOST_ROWS = 300;
    private static final long PAUSE_NANOS = 2_000_000;

    private final SqlServerStandInChaos chaos;
    private final int number;
    private final Random random;
    private final BooleanSupplier writing;
    private int commits;
    private int failures;

    SqlServerStandInWriter(SqlServerStandInChaos chaos, int number, long seed, BooleanSupplier writing) {
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
            if (random.nextInt(100) == 0) {
                chaos.database().agent().lag(Duration.ofMillis(random.nextInt(3) * 200L));
            }
            if (number == 0 && random.nextInt(20) == 0) {
                chaos.rotateLog();
            }
            transaction();
            LockSupport.parkNanos(random.nextInt(4) * PAUSE_NANOS);
        }
    }

    private void transaction() {
        try (SqlServerTransaction transaction = chaos.database().begin()) {
            int steps = 1 + (random.nextBoolean() ? 0 : random.nextInt(random.nextInt(10) == 0 ? 40 : 6));
            for (int i = 0; i < steps; i++) {
                changeIfPossible(transaction, random.nextInt(60) == 0 ? manyRows() : change());
            }
            if (random.nextInt(20) > 0) {
                transaction.commit();
                commits++;
            }
        } catch (IllegalStateException e) {
            failures++; // a deadlock or a lock held for too long: the application's everyday life
        }
    }

    /** A statement that fails because a key is taken changes nothing, and the transaction goes on. */
    private static void changeIfPossible(SqlServerTransaction transaction, String sql) {
        try {
            transaction.sql(sql);
        } catch (IllegalStateException e) {
            if (!(e.getCause() instanceof SQLException failure) || failure.getErrorCode() != DUPLICATE_KEY) {
                throw e;
            }
        }
    }

    private String manyRows() {
        int from = 1000 + number * 2 * MOST_ROWS;
        int to = from + (random.nextInt(4) == 0 ? MOST_ROWS : 25) - 1;
        return switch (random.nextInt(4)) {
            case 0 -> "DELETE FROM accounts WHERE id BETWEEN %d AND %d".formatted(from, to);
            case 1 ->
                "UPDATE accounts SET version = version + 1, note = N'many' WHERE id BETWEEN %d AND %d"
                        .formatted(from, to);
            default ->
                "INSERT INTO accounts (id, version, writer) SELECT x, 1, %d FROM SYSTEM_RANGE(%d, %d) WHERE NOT EXISTS (SELECT 1 FROM accounts WHERE id = x)"
                        .formatted(number, from, to);
        };
    }

    private String change() {
        String table = SqlServerStandInChaos.TABLES.get(random.nextInt(3));
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> insert(table);
            case 3, 4, 5 ->
                "UPDATE %s SET version = version + 1, writer = %d, note = %s WHERE %s"
                        .formatted(table, number, note(), key(table));
            case 6 ->
                table.equals("accounts")
                        ? insert(table)
                        : "UPDATE %s SET version = version + 1, writer = %d, big = %s WHERE %s"
                                .formatted(table, number, big(), key(table));
            case 7 -> "DELETE FROM %s WHERE %s".formatted(table, key(table));
            case 8 -> "UPDATE %s SET version = version + 1, id = %d WHERE %s".formatted(table, id(), key(table));
            default ->
                "UPDATE %s SET version = version + 1, note = %s WHERE id BETWEEN %d AND %d"
                        .formatted(table, note(), id(), id());
        };
    }

    private String insert(String table) {
        return switch (table) {
            case "accounts" ->
                "INSERT INTO accounts (id, version, writer, note) VALUES (%d, 1, %d, %s)"
                        .formatted(id(), number, note());
            case "documents" ->
                "INSERT INTO documents (id, version, writer, note, big) VALUES (%d, 1, %d, %s, %s)"
                        .formatted(id(), number, note(), big());
            default ->
                "INSERT INTO parts (region, id, version, writer, note, big) VALUES (%d, %d, 1, %d, %s, %s)"
                        .formatted(random.nextInt(3), id(), number, note(), big());
        };
    }

    private String key(String table) {
        return table.equals("parts") ? "region = %d AND id = %d".formatted(random.nextInt(3), id()) : "id = " + id();
    }

    private int id() {
        return 1 + random.nextInt(random.nextInt(3) == 0 ? KEYS : HOT_KEYS);
    }

    private String note() {
        return random.nextInt(10) == 0
                ? "N'ü€😀\\\"\t\n" + random.nextInt(1000) + "'"
                : "N'n" + random.nextInt(100_000) + "'";
    }

    /** NULL, short, or 40 kB. */
    private String big() {
        return switch (random.nextInt(5)) {
            case 0 -> "NULL";
            case 1, 2 -> "N'short%d'".formatted(random.nextInt(1000));
            default -> "REPEAT('%08x', 5000)".formatted(random.nextInt());
        };
    }
}
