package io.rustcdc.checkpoint.jdbc;

import io.rustcdc.checkpoint.CheckpointException;
import io.rustcdc.event.FailureKind;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** What the databases do not agree on. Other SQL of this package means the same to all of them. */
enum Dialect {
    POSTGRESQL("postgresql", "PostgreSQL") {
        @Override
        @Nullable
        Instant time(ResultSet row, int column) throws SQLException {
            OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
            return time == null ? null : time.toInstant();
        }

        @Override
        Object time(Instant time) {
            return time.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
        }

        @Override
        String now() {
            return "clock_timestamp()"; // now() would be when the transaction began
        }

        @Override
        String nowPlusMillis() {
            return "clock_timestamp() + ? * interval '1 millisecond'";
        }

        @Override
        String session() {
            return "pg_backend_pid()";
        }

        @Override
        String limitLockWait() {
            return "SET lock_timeout = 500";
        }

        @Override
        String resetLockWait() {
            return "RESET lock_timeout";
        }

        @Override
        boolean isLockTimeout(SQLException e) {
            return "55P03".equals(e.getSQLState());
        }

        /**
         * The row names the transaction that holds it, also when that is a savepoint's, and the lock that every transaction
         * has on its own number names the session.
         */
        @Override
        boolean endWriter(Connection connection, String table, String source) throws SQLException {
            return Statements.queryOne(connection, """
                            SELECT pg_terminate_backend(l.pid) FROM %s c JOIN pg_locks l
                            ON l.locktype = 'transactionid' AND l.granted AND l.transactionid = c.xmax
                            WHERE c.source_name = ? AND l.pid <> pg_backend_pid()""".formatted(table), row -> row.getBoolean(1), source)
                    .orElse(false);
        }
    },
    MYSQL("mysql", "MySQL|MariaDB") {
        @Override
        String now() {
            return "UTC_TIMESTAMP(6)";
        }

        @Override
        String nowPlusMillis() {
            return "UTC_TIMESTAMP(6) + INTERVAL ? * 1000 MICROSECOND";
        }

        @Override
        String session() {
            return "CONNECTION_ID()";
        }

        @Override
        String limitLockWait() {
            return "SET SESSION innodb_lock_wait_timeout = 1";
        }

        @Override
        String resetLockWait() {
            return "SET SESSION innodb_lock_wait_timeout = DEFAULT";
        }

        @Override
        boolean isLockTimeout(SQLException e) {
            return e.getErrorCode() == 1205;
        }

        @Override
        boolean endWriter(Connection connection, String table, String source) throws SQLException {
            return end(
                    connection, "KILL %d", "SELECT db_session FROM %s WHERE source_name = ?".formatted(table), source);
        }
    },
    SQLSERVER("sqlserver", "Microsoft SQL Server") {
        @Override
        String now() {
            return "SYSUTCDATETIME()";
        }

        @Override
        String nowPlusMillis() {
            return "DATEADD(millisecond, CAST(? AS int), SYSUTCDATETIME())";
        }

        @Override
        String limited(String orderedQuery, int limit) {
            return orderedQuery + " OFFSET 0 ROWS FETCH NEXT " + limit + " ROWS ONLY";
        }

        @Override
        String session() {
            return "@@SPID";
        }

        @Override
        String limitLockWait() {
            return "SET LOCK_TIMEOUT 500";
        }

        @Override
        String resetLockWait() {
            return "SET LOCK_TIMEOUT -1";
        }

        @Override
        boolean isLockTimeout(SQLException e) {
            return e.getErrorCode() == 1222;
        }

        /** Session numbers are used again, so the row must be locked at this moment. */
        @Override
        boolean endWriter(Connection connection, String table, String source) throws SQLException {
            return end(connection, "KILL %d", """
                    SELECT c.db_session FROM %1$s c WITH (READUNCOMMITTED) WHERE c.source_name = ? AND NOT EXISTS
                    (SELECT 1 FROM %1$s u WITH (READCOMMITTEDLOCK, READPAST) WHERE u.source_name = c.source_name)""".formatted(table), source);
        }
    },
    H2("h2", "H2") {
        @Override
        @Nullable
        Instant time(ResultSet row, int column) throws SQLException {
            OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
            return time == null ? null : time.toInstant();
        }

        @Override
        Object time(Instant time) {
            return time.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
        }

        @Override
        String now() {
            return "CURRENT_TIMESTAMP(6)";
        }

        @Override
        String nowPlusMillis() {
            return "DATEADD(MILLISECOND, ?, CURRENT_TIMESTAMP(6))";
        }

        @Override
        String session() {
            return "SESSION_ID()";
        }

        @Override
        String limitLockWait() {
            return "SET LOCK_TIMEOUT 500";
        }

        @Override
        String resetLockWait() {
            return "SET LOCK_TIMEOUT 2000";
        }

        @Override
        boolean isLockTimeout(SQLException e) {
            return e.getErrorCode() == 50200;
        }

        @Override
        boolean endWriter(Connection connection, String table, String source) throws SQLException {
            return end(
                    connection,
                    "CALL ABORT_SESSION(%d)",
                    "SELECT db_session FROM %s WHERE source_name = ?".formatted(table),
                    source);
        }
    };

    private final String folder;
    private final String product;

    /** @param product what the driver calls the database, as a regular expression */
    Dialect(String folder, String product) {
        this.folder = folder;
        this.product = product;
    }

    /** @throws CheckpointException CONFIGURATION if the database is none of those that are known */
    static Dialect of(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        for (Dialect dialect : values()) {
            if (product.matches(dialect.product)) {
                return dialect;
            }
        }
        throw new CheckpointException(
                FailureKind.CONFIGURATION,
                "Checkpoints cannot be kept in the database '%s': expected is PostgreSQL, MySQL, MariaDB, Microsoft SQL Server or H2"
                        .formatted(product),
                "Give the checkpoints a data source of one of these, or keep them in files.",
                null);
    }

    /** Where the scripts are. */
    String folder() {
        return folder;
    }

    /** The server's time: the clocks of the instances have no part in who owns a lease. */
    abstract String now();

    /** The server's time, so many milliseconds from now, as a parameter. */
    abstract String nowPlusMillis();

    /** A column with a time; null where it has none. */
    @Nullable
    Instant time(ResultSet row, int column) throws SQLException {
        LocalDateTime time = row.getObject(column, LocalDateTime.class);
        return time == null ? null : time.toInstant(ZoneOffset.UTC);
    }

    /** The same as a parameter, to the microsecond. */
    Object time(Instant time) {
        return LocalDateTime.ofInstant(time.truncatedTo(ChronoUnit.MICROS), ZoneOffset.UTC);
    }

    /** An ordered query, of so many rows at most. */
    String limited(String orderedQuery, int limit) {
        return orderedQuery + " LIMIT " + limit;
    }

    /** The number of the session that executes the statement. */
    abstract String session();

    /** The statement after which a session waits for a lock for about a second at most. */
    abstract String limitLockWait();

    /** The statement that undoes it, for a connection that goes back to a pool. */
    abstract String resetLockWait();

    abstract boolean isLockTimeout(SQLException e);

    /**
     * Ends the session that holds the checkpoint's row by a change which it has not committed.
     *
     * @param connection outside of a transaction
     * @return whether one was found and told to end
     */
    abstract boolean endWriter(Connection connection, String table, String source) throws SQLException;

    /** The writer has put its own number into the row, and a dirty read sees it before it is committed. */
    private static boolean end(Connection connection, String kill, String select, String source) throws SQLException {
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_UNCOMMITTED);
        Long session;
        try {
            session = Statements.queryOne(connection, select, row -> row.getLong(1), source)
                    .orElse(0L);
        } finally {
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        }
        if (session == 0) {
            return false;
        }
        Statements.execute(connection, kill.formatted(session));
        return true;
    }
}
