package io.rustcdc.source.mysql;

import io.rustcdc.source.KeyRange;
import io.rustcdc.source.SnapshotChunk;
import io.rustcdc.source.SnapshotReader;
import io.rustcdc.source.SnapshotTable;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows over one connection at a time. Each read is one read-only transaction with a view of the database. While it has
 * used a table, nobody can alter that; what was altered between the view and the first use, the server refuses to read in
 * that view.
 */
final class MySqlSnapshotReader implements SnapshotReader {

    private final Connector connector;
    private final ReadErrors errors;
    private volatile @Nullable RowConnection connection;
    private volatile boolean cancelled;
    private @Nullable Usual usual;

    /** How many rows of a table fit into a chunk, as it seems. */
    private record Usual(ReadableTable table, int rows) {}

    /** Connects. */
    @FunctionalInterface
    interface Connector {

        RowConnection connect() throws SQLException;
    }

    MySqlSnapshotReader(Connector connector, ReadErrors errors) {
        this.connector = connector;
        this.errors = errors;
    }

    /** Connects, if it is not connected. */
    void connect() {
        try {
            connected();
        } catch (SQLException e) {
            throw errors.failed(e);
        }
    }

    private RowConnection connected() throws SQLException {
        RowConnection current = connection;
        if (current == null) {
            current = connector.connect();
            connection = current;
            if (cancelled) {
                current.abort();
            }
        }
        return current;
    }

    @Override
    public SnapshotChunk read(SnapshotTable table, KeyRange range, @Nullable String condition, int limit) {
        try {
            ReadTransaction transaction = begin(table, false);
            long begin = System.nanoTime();
            KeyRange part = condition == null ? range : firstRows(transaction, range, limit);
            int most = condition != null || range.isOnlyOneKey() ? Integer.MAX_VALUE : usual(transaction, limit);
            SnapshotPortion portion = new SnapshotPortion(transaction.table());
            SnapshotRows rows = transaction.rows(SnapshotSql.rows(transaction.table(), part, condition, most));
            byte @Nullable [] @Nullable [] row = rows.next();
            while (row != null && !portion.isLarge()) {
                portion.add(row);
                row = rows.next();
            }
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            if (row != null) {
                usual = new Usual(transaction.table(), portion.mostOfThese());
                SnapshotChunk.View view = transaction.view(transaction.binlogEndBeside());
                close(); // what is left is read with the next chunk, which will be smaller
                return portion.chunk(portion.lastKey(), false, view, took);
            }
            rows.close();
            usual = new Usual(transaction.table(), portion.mostOfThese());
            SnapshotChunk.View view = transaction.view(transaction.binlogEnd());
            transaction.end();
            if (condition != null) {
                boolean atEnd = part.upTo().equals(range.upTo());
                return portion.chunk(atEnd ? List.of() : part.upTo(), atEnd, view, took);
            }
            List<String> lastKey = portion.lastKey();
            boolean atEnd = portion.size() < most || lastKey.equals(range.upTo());
            return portion.chunk(lastKey, atEnd, view, took);
        } catch (SQLException e) {
            close(); // and with it the transaction
            throw errors.failed(table.id(), condition, e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public void readThrough(
            SnapshotTable table, KeyRange range, @Nullable String condition, int limit, PortionSink portions) {
        try {
            ReadTransaction transaction = begin(table, true);
            String sql = SnapshotSql.rows(transaction.table(), range, condition, Integer.MAX_VALUE);
            if (transaction.table().storage().hasViews()) {
                SnapshotChunk.View view = transaction.viewOfEngine();
                if (!portions.accept(empty(transaction, view))) {
                    close();
                    return;
                }
                transaction.requireUnchanged(table);
                SnapshotRows rows = transaction.rows(sql);
                if (!handOver(transaction.table(), rows, view, limit, portions)) {
                    close();
                    return;
                }
                rows.close();
                transaction.end();
            } else {
                transaction.requireUnchanged(table);
                readAside(transaction, sql, limit, portions);
            }
        } catch (SQLException e) {
            close(); // and with it the transaction
            throw errors.failed(table.id(), condition, e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Rows that do not fit into a chunk had better not be on their way. */
    private int usual(ReadTransaction transaction, int limit) {
        Usual last = usual;
        return last != null && last.table.id().equals(transaction.table().id()) ? Math.min(limit, last.rows) : limit;
    }

    private static SnapshotChunk empty(ReadTransaction transaction, SnapshotChunk.View view) {
        return new SnapshotPortion(transaction.table()).chunk(List.of(), false, view, Duration.ZERO);
    }

    /** Of a table whose writers wait for a reader. So all rows are taken at once, whoever takes how long with them. */
    private static void readAside(ReadTransaction transaction, String sql, int limit, PortionSink portions)
            throws SQLException {
        try (SnapshotRows rows = transaction.spooled(sql)) {
            SnapshotChunk.View view = transaction.view(transaction.binlogEnd());
            transaction.end();
            if (portions.accept(empty(transaction, view))) {
                handOver(transaction.table(), rows, view, limit, portions);
            }
        }
    }

    /** False if not all were wanted. */
    private static boolean handOver(
            ReadableTable table, SnapshotRows rows, SnapshotChunk.View view, int limit, PortionSink portions)
            throws SQLException {
        long begin = System.nanoTime();
        SnapshotPortion portion = new SnapshotPortion(table);
        for (byte @Nullable [] @Nullable [] row = rows.next(); row != null; row = rows.next()) {
            if (portion.size() == limit || portion.isLarge()) {
                Duration took = Duration.ofNanos(System.nanoTime() - begin);
                if (!portions.accept(portion.chunk(portion.lastKey(), false, view, took))) {
                    return false;
                }
                portion = new SnapshotPortion(table);
            }
            portion.add(row);
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        portions.accept(portion.chunk(portion.lastKey(), true, view, took));
        return true;
    }

    /** What fails here is not about a condition. */
    private ReadTransaction begin(SnapshotTable table, boolean exactly) {
        try {
            RowConnection current = connected();
            return exactly ? ReadTransaction.beginExactly(current, table) : ReadTransaction.begin(current, table);
        } catch (SQLException e) {
            throw errors.failed(table.id(), null, e);
        }
    }

    /**
     * The part of a range that holds so many rows, whether or not a condition keeps them: how long a read takes must not
     * depend on how rarely the condition holds.
     */
    private static KeyRange firstRows(ReadTransaction transaction, KeyRange range, int rows) throws SQLException {
        ReadableTable table = transaction.table();
        if (range.isOnlyOneKey() || table.key().isEmpty()) {
            return range;
        }
        List<String> key = transaction.key(SnapshotSql.keyOfRow(table, range, rows));
        return key.isEmpty() ? range : new KeyRange(range.after(), key);
    }

    @Override
    public void cancel() {
        cancelled = true;
        RowConnection current = connection;
        if (current != null) {
            current.abort();
        }
    }

    @Override
    public void close() {
        RowConnection current = connection;
        connection = null;
        if (current != null) {
            current.close();
        }
    }
}
