package io.rustcdc.checkpoint.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Borrows connections, each for one reading or one transaction. Thread-safe. */
record Connections(DataSource dataSource) {

    @FunctionalInterface
    interface Reading<T> {

        T from(Connection connection) throws SQLException;
    }

    @FunctionalInterface
    interface Writing<T> {

        @Nullable
        T to(Connection connection, Dialect dialect) throws SQLException;
    }

    <T> T read(Reading<T> reading) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            T found = reading.from(connection);
            if (!connection.getAutoCommit()) {
                connection.rollback(); // ends the transaction that reading began
            }
            return found;
        }
    }

    /**
     * Writes in a transaction: what is written is durable on return. What returns null has written nothing.
     *
     * @throws SQLException when it is rolled back, or nobody knows
     */
    <T> @Nullable T write(Writing<T> writing) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            boolean single = connection.getAutoCommit();
            if (single) {
                connection.setAutoCommit(false);
            }
            boolean done = false;
            try {
                T written = writing.to(connection, Dialect.of(connection));
                if (written == null) {
                    connection.rollback();
                } else {
                    connection.commit();
                }
                done = true;
                return written;
            } finally {
                if (!done) {
                    rollback(connection);
                }
                if (single && !connection.isClosed()) {
                    connection.setAutoCommit(true);
                }
            }
        }
    }

    private static void rollback(Connection connection) throws SQLException {
        try {
            connection.rollback();
        } catch (SQLException e) {
            // The failure before this one is the reason; a connection that is gone has rolled back.
            connection.close();
        }
    }
}
