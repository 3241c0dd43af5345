package io.rustcdc.source.sqlserver;

import io.rustcdc.source.SourceException;
import io.rustcdc.source.sqlserver.SqlServerConnections.Purpose;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The connections of the checks at a start: at most so many, each used for one check after the other, all closed at the end. A check
 * runs in a thread of the pool.
 */
final class PrerequisitePool implements AutoCloseable {

    private final SqlServerConnections connections;
    private final SqlServerErrors errors;
    private final ExecutorService threads;
    private final Queue<Connection> idle = new ConcurrentLinkedQueue<>();
    private final List<Connection> opened = new ArrayList<>();
    private boolean closed;

    PrerequisitePool(SqlServerConnections connections, SqlServerErrors errors, int size) {
        this.connections = connections;
        this.errors = errors;
        this.threads = Executors.newFixedThreadPool(size, task -> {
            Thread thread = new Thread(task, "rustcdc-sqlserver-check");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Something to ask the server. */
    @FunctionalInterface
    interface Check<T> {

        T ask(Connection connection) throws SQLException;
    }

    <T> Future<T> start(Check<T> check) {
        return threads.submit(() -> {
            Connection connection = connection();
            T answer = check.ask(connection);
            idle.add(connection);
            return answer;
        });
    }

    private Connection connection() {
        Connection waiting = idle.poll();
        if (waiting != null) {
            return waiting;
        }
        try {
            Connection connection = connections.open(Purpose.STATEMENTS);
            synchronized (opened) {
                if (closed) {
                    JdbcConnections.closeQuietly(connection);
                    throw SourceException.transientFailure("The checks of the start have ended", null);
                }
                opened.add(connection);
            }
            return connection;
        } catch (SQLException e) {
            throw errors.connecting(e);
        }
    }

    /** The answer, as if it had been asked for in this thread. */
    <T> T join(Future<T> answer) throws SQLException {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw SourceException.transientFailure("The checks of the start were interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException failure) {
                throw failure;
            }
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        synchronized (opened) {
            closed = true;
            opened.forEach(JdbcConnections::closeQuietly);
        }
    }
}
