package io.rustcdc.source.mysql;

import io.rustcdc.event.TableId;
import io.rustcdc.source.SnapshotChunk;
import io.rustcdc.source.SnapshotTable;
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
     * @param exact as for {@link Views#open}
     * @throws TableGoneException if the table does not exist any more
     */
    static ReadTransaction begin(RowConnection connection, SnapshotTable table, boolean exact) throws SQLException {
        BinlogEnd visible = connection.views().open(exact);
        Instant time = use(connection.connection(), table.id());
        return new ReadTransaction(connection, visible, connection.tables().describe(table), time);
    }

    /** From here on the table cannot be altered. */
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
