package io.rustcdc.source.mysql;

import io.rustcdc.source.KeyRange;
import io.rustcdc.source.SnapshotChunk;
import io.rustcdc.source.SnapshotReader;
import io.rustcdc.source.SnapshotTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
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
        ReadTransaction transaction = begin(table);
        try {
            long begin = System.nanoTime();
            KeyRange part = condition == null ? range : firstRows(transaction, range, limit);
            int most = condition != null || range.isOnlyOneKey() ? Integer.MAX_VALUE : limit;
            SnapshotPortion portion = new SnapshotPortion(transaction.table());
            Statement statement = transaction.streaming();
            ResultSet row = statement.executeQuery(SnapshotSql.rows(transaction.table(), part, condition, most));
            boolean more = row.next();
            while (more && !portion.isLarge()) {
                portion.add(row);
                more = row.next();
            }
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            if (more) {
                SnapshotChunk.View view = transaction.view(transaction.binlogEndBeside());
                close(); // what is left is read with the next chunk, which will be smaller
                return portion.chunk(portion.lastKey(), false, view, took);
            }
            statement.close();
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
            throw errors.failed(table.id(), condition, e);
        }
    }

    @Override
    public void readThrough(
            SnapshotTable table, KeyRange range, @Nullable String condition, int limit, PortionSink portions) {
        try {
            ReadTransaction transaction = ReadTransaction.beginExactly(connected(), table);
            ReadableTable read = transaction.table();
            if (read.storage().hasViews()) {
                SnapshotChunk.View view = transaction.viewOfEngine();
                if (portions.accept(empty(read, view))) {
                    transaction.requireUnchanged(table);
                    String sql = SnapshotSql.rows(read, range, condition, Integer.MAX_VALUE);
                    handOver(transaction, transaction.streaming().executeQuery(sql), view, limit, portions);
                    return;
                }
            } else {
                transaction.requireUnchanged(table);
                String sql = SnapshotSql.bufferedRows(read, range, condition);
                ResultSet rows = transaction.streaming().executeQuery(sql);
                SnapshotChunk.View view = transaction.view(transaction.binlogEndBeside());
                if (portions.accept(empty(read, view))) {
                    handOver(transaction, rows, view, limit, portions);
                    return;
                }
            }
            close();
        } catch (SQLException e) {
            throw errors.failed(table.id(), condition, e);
        }
    }

    private static SnapshotChunk empty(ReadableTable table, SnapshotChunk.View view) {
        return new SnapshotPortion(table).chunk(List.of(), false, view, Duration.ZERO);
    }

    private void handOver(
            ReadTransaction transaction, ResultSet row, SnapshotChunk.View view, int limit, PortionSink portions)
            throws SQLException {
        long begin = System.nanoTime();
        SnapshotPortion portion = new SnapshotPortion(transaction.table());
        while (row.next()) {
            if (portion.size() == limit || portion.isLarge()) {
                Duration took = Duration.ofNanos(System.nanoTime() - begin);
                if (!portions.accept(portion.chunk(portion.lastKey(), false, view, took))) {
                    close();
                    return;
                }
                portion = new SnapshotPortion(transaction.table());
            }
            portion.add(row);
        }
        row.close();
        transaction.end();
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        portions.accept(portion.chunk(portion.lastKey(), true, view, took));
    }

    private ReadTransaction begin(SnapshotTable table) {
        try {
            return ReadTransaction.begin(connected(), table);
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
        try (Statement statement = transaction.streaming();
                ResultSet row = statement.executeQuery(SnapshotSql.keyOfRow(table, range, rows))) {
            if (!row.next()) {
                return range;
            }
            List<String> key = new ArrayList<>();
            for (int i = 0; i < table.key().size(); i++) {
                key.add(table.codec(table.key().get(i)).cellText(row.getBytes(i + 1)));
            }
            return new KeyRange(range.after(), key);
        }
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
