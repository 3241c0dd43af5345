package io.rustcdc.checkpoint.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection of this process for its signs of life, kept for as long as it works: whoever uses up the connections of a
 * pool does not take it away. Each statement is a transaction of its own, so a frozen process leaves no lock on a lease.
 * Thread-safe; one call at a time.
 */
final class LeaseConnection {

    private static final Logger logger = LoggerFactory.getLogger(LeaseConnection.class);

    private final DataSource source;
    private final Duration answerWithin;
    /** Fair: those who look whether a lease is free must not keep the signs of life waiting. */
    private final ReentrantLock using = new ReentrantLock(true);

    private @Nullable Connection connection;
    private @Nullable Dialect dialect;

    @FunctionalInterface
    interface Call<T> {

        T with(Connection connection, Dialect dialect) throws SQLException;
    }

    /** @param answerWithin after so long without an answer the connection counts as lost, where the driver can do that */
    LeaseConnection(DataSource source, Duration answerWithin) {
        this.source = source;
        this.answerWithin = answerWithin;
    }

    <T> T call(Call<T> call) throws SQLException {
        using.lock();
        try {
            Connection current = connection;
            Dialect known = dialect;
            if (current == null || known == null) {
                current = open();
                known = Dialect.of(current);
                dialect = known;
            }
            return call.with(current, known);
        } catch (SQLException e) {
            if (!SqlFailure.isDuplicate(e)) {
                discard();
            }
            throw e;
        } finally {
            using.unlock();
        }
    }

    /** A connection of its own for work that may wait for locks; to be closed by the caller. */
    Connection another() throws SQLException {
        return prepared(source.getConnection());
    }

    private Connection open() throws SQLException {
        Connection opened = prepared(source.getConnection());
        connection = opened;
        try {
            opened.setNetworkTimeout(Runnable::run, Math.toIntExact(answerWithin.toMillis()));
        } catch (SQLFeatureNotSupportedException e) {
            logger.debug("The driver has no network timeout", e);
        }
        return opened;
    }

    private static Connection prepared(Connection opened) throws SQLException {
        boolean done = false;
        try {
            opened.setAutoCommit(true);
            opened.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            done = true;
            return opened;
        } finally {
            if (!done) {
                opened.close();
            }
        }
    }

    void close() {
        using.lock();
        try {
            discard();
        } finally {
            using.unlock();
        }
    }

    private void discard() {
        Connection broken = connection;
        connection = null;
        if (broken != null) {
            try {
                broken.close();
            } catch (SQLException e) {
                logger.debug("A connection could not be closed in order", e);
            }
        }
    }
}
