package io.rustcdc.source.mysql;

import io.rustcdc.event.TableId;
import io.rustcdc.source.SnapshotChunk;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.TableGoneException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * A transaction in which rows of a table are read.
 *
 * @param visible what its view shows for sure
 * @param time by the server's clock
 */
record ReadTransaction(RowConnection connection, BinlogEnd visible, ReadableTable table, Instant time) {

    /** So many rows the driver takes from the network at a time. */
    private static final int FETCHED_ROWS = 16;

    /**
     * Begins one.
     *
     * @throws TableGoneException if the table does not exist any more
     */
    static ReadTransaction begin(RowConnection connection, SnapshotTable table) throws SQLException {
        BinlogEnd visible = connection.views().open(false);
        Instant time = use(connection.connection(), table.id());
        return new ReadTransaction(connection, visible, connection.tables().describe(table), time);
    }

    /**
     * Begins one whose view shows nothing else than it says, see {@link Views#open}, and takes no time after that: until the view
     * is known, no change of the table may come that it lacks. So {@link #requireUnchanged} is still to be called.
     *
     * @throws TableGoneException if the table does not exist any more
     */
    static ReadTransaction beginExactly(RowConnection connection, SnapshotTable table) throws SQLException {
        Instant time = use(connection.connection(), table.id());
        ReadableTable readable = connection.tables().describe(table);
        return new ReadTransaction(connection, connection.views().open(true), readable, time);
    }

    /** Keeps the table from being altered until the end, unless that has happened already. */
    @SuppressWarnings("ReferenceEquality") // a description is the same instance until the table is altered
    void requireUnchanged(SnapshotTable before) throws SQLException {
        use(connection.connection(), before.id());
        if (connection.tables().describe(before) != table) {
            throw SourceException.transientFailure(
                    "Table '%s' was altered after the view was opened in which it was to be read"
                            .formatted(before.id()),
                    null);
        }
    }

    /** Inside of a transaction the table cannot be altered from here on. */
    private static Instant use(Connection connection, TableId table) throws SQLException {
        String sql = "SELECT utc_timestamp(6), (SELECT 1 FROM %s LIMIT 0)".formatted(ReadableTable.quoted(table));
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return LocalDateTime.parse(row.getString(1).replace(' ', 'T')).toInstant(ZoneOffset.UTC);
        }
    }

    SnapshotChunk.View view(BinlogEnd high) {
        return new SnapshotChunk.View(
                new MySqlWatermark(connection.origin(), visible.executed(), visible.position(), high.position()), time);
    }

    /** What the view shows, where its engine has views. On MariaDB it is where it is; elsewhere it is before the binlog's end. */
    SnapshotChunk.View viewOfEngine() throws SQLException {
        return view(connection.flavor() == Flavor.MARIADB ? visible : binlogEnd());
    }

    BinlogEnd binlogEnd() throws SQLException {
        return BinlogEnd.read(connection.connection(), connection.flavor());
    }

    /** The same, while rows are on their way. */
    BinlogEnd binlogEndBeside() throws SQLException {
        return connection.binlogEndBeside();
    }

    /** For a query whose rows must not all be in memory. */
    Statement streaming() throws SQLException {
        Statement statement = connection.connection().createStatement();
        statement.setFetchSize(FETCHED_ROWS);
        return statement;
    }

    void end() throws SQLException {
        try (Statement statement = connection.connection().createStatement()) {
            statement.execute("COMMIT");
        }
    }
}
