package io.rustcdc.source.sqlserver;

import io.rustcdc.source.KeyRange;
import io.rustcdc.source.SnapshotChunk;
import io.rustcdc.source.SnapshotReader;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.TableGoneException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows over one connection at a time: in one view where the database allows isolation SNAPSHOT, else under READ COMMITTED, where
 * a writer is waited for. A chunk that is not of one view will do, since a row that was changed while it was read is left out of it,
 * and comes with the change.
 */
final class SqlServerSnapshotReader implements SnapshotReader {

    private final Connector connector;
    private final SqlServerErrors errors;
    private volatile @Nullable RowConnection connection;
    private volatile boolean cancelled;

    /** Connects. */
    @FunctionalInterface
    interface Connector {

        RowConnection connect() throws SQLException;
    }

    SqlServerSnapshotReader(Connector connector, SqlServerErrors errors) {
        this.connector = connector;
        this.errors = errors;
    }

    /** Connects, if it is not connected. */
    void connect() {
        try {
            connected();
        } catch (SQLException e) {
            throw errors.failed("read rows", e);
        }
    }

    private RowConnection connected() throws SQLException {
        RowConnection current = connection;
        if (current == null) {
            current = connector.connect();
            connection = current;
        }
        if (cancelled) {
            throw SourceException.transientFailure("The read was cancelled", null);
        }
        return current;
    }

    @Override
    public SnapshotChunk read(SnapshotTable table, KeyRange range, @Nullable String condition, int limit) {
        boolean aboutRows = false;
        try {
            RowConnection current = connected();
            ReadableTable readable = current.table(table);
            Lsn low = current.captured();
            aboutRows = true;
            long begin = System.nanoTime();
            KeyRange part = condition == null ? range : firstRows(current, readable, range, limit);
            int most = condition != null || range.isOnlyOneKey() ? Integer.MAX_VALUE : limit;
            SnapshotPortion portion = new SnapshotPortion(readable);
            boolean ended = fill(current, portion, readable, part, condition, most);
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            current.end();
            aboutRows = false;
            SnapshotChunk.View view = current.view(low);
            if (!ended) {
                return portion.chunk(portion.lastKey(), false, view, took);
            }
            if (condition != null) {
                boolean atEnd = part.upTo().equals(range.upTo());
                return portion.chunk(atEnd ? List.of() : part.upTo(), atEnd, view, took);
            }
            List<String> lastKey = portion.lastKey();
            return portion.chunk(lastKey, portion.size() < most || lastKey.equals(range.upTo()), view, took);
        } catch (SQLException e) {
            close(); // and with it the transaction
            throw errors.reading(table.id(), aboutRows ? condition : null, e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** False if there were more rows than fit into the portion. */
    private static boolean fill(
            RowConnection connection,
            SnapshotPortion portion,
            ReadableTable table,
            KeyRange range,
            @Nullable String condition,
            int limit)
            throws SQLException {
        RangeConditions conditions = new RangeConditions(table, range);
        String text = SqlServerSql.rows(
                limit, table.shape().select(""), table.quoted(), with(conditions, condition), table.key());
        try (PreparedStatement statement = connection.prepare(text)) {
            conditions.bind(statement);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    if (portion.isLarge()) {
                        return false;
                    }
                    portion.add(SqlServerRow.read(table.shape(), row, 1));
                }
                return true;
            }
        }
    }

    private static List<String> with(RangeConditions range, @Nullable String condition) {
        List<String> all = new ArrayList<>(range.conditions());
        if (condition != null) {
            all.add("(" + condition + "\n)"); // it may end in a comment
        }
        return all;
    }

    /**
     * The part of a range that holds so many rows, whether or not a condition keeps them: how long a read takes must not depend on how
     * rarely the condition holds.
     */
    private static KeyRange firstRows(RowConnection connection, ReadableTable table, KeyRange range, int rows)
            throws SQLException {
        if (range.isOnlyOneKey() || table.key().isEmpty()) {
            return range;
        }
        RangeConditions conditions = new RangeConditions(table, range);
        List<CapturedColumn> key = new ArrayList<>();
        for (String column : table.key()) {
            key.add(table.shape().column(table.shape().columns().indexOf(column)));
        }
        RowShape shape = new RowShape(key, table.key());
        String text =
                SqlServerSql.nthRow(rows - 1, shape.select(""), table.quoted(), conditions.conditions(), table.key());
        try (PreparedStatement statement = connection.prepare(text)) {
            conditions.bind(statement);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return range;
                }
                SqlServerRow last = SqlServerRow.read(shape, row, 1);
                List<String> upTo = new ArrayList<>();
                for (int i = 0; i < shape.size(); i++) {
                    upTo.add(String.valueOf(last.text(i)));
                }
                return new KeyRange(range.after(), upTo);
            }
        }
    }

    @Override
    public void readThrough(
            SnapshotTable table, KeyRange range, @Nullable String condition, int limit, PortionSink portions) {
        try {
            RowConnection current = connected();
            ReadableTable readable = current.table(table);
            if (!current.hasViews()) {
                throw new TableGoneException(
                        table.id(),
                        "has no key by which its rows can be read in order, and the database has no views to read them all in. As an administrator: ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION ON; then request its rows");
            }
            Lsn low = current.captured();
            RangeConditions conditions = new RangeConditions(readable, range);
            String text = SqlServerSql.rows(
                    Integer.MAX_VALUE,
                    readable.shape().select(""),
                    readable.quoted(),
                    with(conditions, condition),
                    readable.key());
            try (PreparedStatement statement = current.prepare(text)) {
                conditions.bind(statement);
                try (ResultSet rows = statement.executeQuery()) {
                    SnapshotChunk.View view = current.view(low);
                    if (!portions.accept(new SnapshotPortion(readable).chunk(List.of(), false, view, Duration.ZERO))
                            || !handOver(readable, rows, view, limit, portions)) {
                        close();
                        return;
                    }
                }
            }
            current.end();
        } catch (SQLException e) {
            close(); // and with it the transaction
            throw errors.reading(table.id(), condition, e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** False if not all were wanted. */
    private static boolean handOver(
            ReadableTable table, ResultSet rows, SnapshotChunk.View view, int limit, PortionSink portions)
            throws SQLException {
        long begin = System.nanoTime();
        SnapshotPortion portion = new SnapshotPortion(table);
        while (rows.next()) {
            if (portion.size() == limit || portion.isLarge()) {
                Duration took = Duration.ofNanos(System.nanoTime() - begin);
                if (!portions.accept(portion.chunk(portion.lastKey(), false, view, took))) {
                    return false;
                }
                portion = new SnapshotPortion(table);
            }
            portion.add(SqlServerRow.read(table.shape(), rows, 1));
        }
        portions.accept(portion.chunk(portion.lastKey(), true, view, Duration.ofNanos(System.nanoTime() - begin)));
        return true;
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
