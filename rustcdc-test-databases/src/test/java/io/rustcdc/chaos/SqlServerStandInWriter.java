package io.rustcdc.chaos;

import io.rustcdc.test.databases.sqlserver.SqlServerTransaction;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** A writer to {@link SqlServerStandInChaos}, which also lets the agent lag; one of them cleans up. */
final class SqlServerStandInWriter implements ChaosWriter {

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
            chaos.awaitConsumer();
            transaction();
            LockSupport.parkNanos(random.nextInt(4) * PAUSE_NANOS);
        }
    }

    private void transaction() {
        try (SqlServerTransaction transaction = chaos.database().begin()) {
            int steps = 1 + (random.nextBoolean() ? 0 : random.nextInt(random.nextInt(10) == 0 ? 40 : 6));
            for (int i = 0; i < steps; i++) {
                if (random.nextInt(60) == 0) {
                    transaction.sql(manyRows());
                } else {
                    change(transaction);
                }
            }
            if (random.nextInt(20) > 0) {
                transaction.commit();
                commits++;
            }
        } catch (IllegalStateException e) {
            failures++;
        } finally {
            chaos.release(number);
        }
    }

    /** Of rows that no other writer has. */
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

    /** Changes rows that no other writer's open transaction changes; else nothing. */
    private void change(SqlServerTransaction transaction) {
        String table = SqlServerStandInChaos.TABLES.get(random.nextInt(3));
        int id = id();
        int other = id();
        int choice = random.nextInt(10);
        IntStream rows = switch (choice) {
            case 8 -> IntStream.of(id, other);
            case 9 -> IntStream.rangeClosed(id, other);
            default -> IntStream.of(id);
        };
        if (chaos.claim(number, table, rows)) {
            transaction.sql(change(table, choice, id, other));
        }
    }

    private String change(String table, int choice, int id, int other) {
        String row = table.equals("parts") ? "region = %d AND id = %d".formatted(random.nextInt(3), id) : "id = " + id;
        return switch (choice) {
            case 0, 1, 2 -> insert(table, id);
            case 3, 4, 5 ->
                "UPDATE %s SET version = version + 1, writer = %d, note = %s WHERE %s"
                        .formatted(table, number, note(), row);
            case 6 ->
                table.equals("accounts")
                        ? insert(table, id)
                        : "UPDATE %s SET version = version + 1, writer = %d, big = %s WHERE %s"
                                .formatted(table, number, big(), row);
            case 7 -> "DELETE FROM %s WHERE %s".formatted(table, row);
            case 8 ->
                "UPDATE %s SET version = version + 1, id = %d WHERE %s AND %s"
                        .formatted(table, other, row, unless("SELECT 1 FROM %s WHERE id = %d".formatted(table, other)));
            default ->
                "UPDATE %s SET version = version + 1, note = %s WHERE id BETWEEN %d AND %d"
                        .formatted(table, note(), id, other);
        };
    }

    private String insert(String table, int id) {
        String taken = "SELECT 1 FROM %s WHERE id = %d".formatted(table, id);
        return switch (table) {
            case "accounts" ->
                "INSERT INTO accounts (id, version, writer, note) SELECT %d, 1, %d, %s WHERE %s"
                        .formatted(id, number, note(), unless(taken));
            case "documents" ->
                "INSERT INTO documents (id, version, writer, note, big) SELECT %d, 1, %d, %s, %s WHERE %s"
                        .formatted(id, number, note(), big(), unless(taken));
            default -> {
                int region = random.nextInt(3);
                yield "INSERT INTO parts (region, id, version, writer, note, big) SELECT %d, %d, 1, %d, %s, %s WHERE %s"
                        .formatted(region, id, number, note(), big(), unless(taken + " AND region = " + region));
            }
        };
    }

    private static String unless(String exists) {
        return "NOT EXISTS (" + exists + ")";
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
