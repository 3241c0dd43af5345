package io.rustcdc.source.sqlserver;

import io.rustcdc.source.SnapshotChunk;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.TableGoneException;
import io.rustcdc.source.sqlserver.SqlServerConnections.Purpose;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two connections of one reader: one for the rows, the other for what has to be asked while they come. For one thread, except for
 * {@link #abort}.
 */
final class RowConnection implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(RowConnection.class);

    private final SqlServerOptions options;
    private final SqlServerSql sql;
    private final Connection rows;
    private final Connection beside;
    private final ServerFacts facts;
    private final ChangeCatalog catalog;
    private ChangeCatalog.@Nullable State state;
    private @Nullable ReadableTable table;
    private boolean blind;
    private volatile @Nullable Statement running;
    private volatile boolean aborted;

    private RowConnection(SqlServerOptions options, Connection rows, Connection beside, ServerFacts facts) {
        this.options = options;
        this.sql = new SqlServerSql(options.cdcSchema());
        this.rows = rows;
        this.beside = beside;
        this.facts = facts;
        this.catalog = new ChangeCatalog(beside, sql);
    }

    static RowConnection open(SqlServerOptions options, SqlServerConnections connections, SqlServerErrors errors)
            throws SQLException {
        Connection beside = connect(connections, Purpose.STATEMENTS, errors);
        try {
            ServerFacts facts = ServerFacts.read(beside);
            Purpose purpose = facts.snapshotIsolation() ? Purpose.ROWS_IN_ONE_VIEW : Purpose.ROWS;
            return new RowConnection(options, connect(connections, purpose, errors), beside, facts);
        } catch (SQLException | RuntimeException e) {
            JdbcConnections.closeQuietly(beside);
            throw e;
        }
    }

    private static Connection connect(SqlServerConnections connections, Purpose purpose, SqlServerErrors errors) {
        try {
            return connections.open(purpose);
        } catch (SQLException e) {
            throw errors.connecting(e);
        }
    }

    /** The table as it is now. */
    ReadableTable table(SnapshotTable wanted) throws SQLException {
        ChangeCatalog.State now = catalog.state();
        ReadableTable current = table;
        if (current == null || !current.id().equals(wanted.id()) || !now.equals(state)) {
            List<CaptureInstance> instances =
                    SqlServerSnapshots.captured(beside, sql, options).get(wanted.id());
            if (instances == null) {
                throw new TableGoneException(wanted.id(), "is not captured any more");
            }
            current = ReadableTable.of(instances);
            table = current;
            state = now;
        }
        if (!current.key().equals(wanted.key())) {
            throw new TableGoneException(wanted.id(), "has another key than it had: " + current.key());
        }
        return current;
    }

    /** The newest captured LSN: what was committed up to it is visible. */
    Lsn captured() throws SQLException {
        Lsn max = catalog.progress().max();
        return max == null ? Lsn.ZERO : max;
    }

    /** A place behind all that is visible now; where the end of the log must not be known, behind what was captured. */
    Lsn logEnd() throws SQLException {
        if (!blind) {
            try {
                return ScanProof.logEnd(beside);
            } catch (SQLException e) {
                if (!SqlServerErrors.isMissingRight(e)) {
                    throw e;
                }
                blind = true;
                logger.warn(
                        "Source '{}': the user must not see the end of the log, so a row may be delivered newer than the changes that follow it, until they have caught up. {}",
                        options.sourceName(),
                        new SqlServerErrors(options).stateGrant());
            }
        }
        return captured();
    }

    SnapshotChunk.View view(Lsn low) throws SQLException {
        return new SnapshotChunk.View(new SqlServerWatermark(low, Lsn.max(low, logEnd())), now());
    }

    private Instant now() throws SQLException {
        try (Statement statement = beside.createStatement();
                ResultSet row = statement.executeQuery(SqlServerSql.UTC_NOW)) {
            row.next();
            return row.getObject("utc_now", LocalDateTime.class).toInstant(ZoneOffset.UTC);
        }
    }

    /** Whether all rows of one statement are read in one view. */
    boolean hasViews() {
        return facts.snapshotIsolation() || facts.versionedReads();
    }

    PreparedStatement prepare(String text) throws SQLException {
        PreparedStatement statement = rows.prepareStatement(text);
        running = statement;
        if (aborted) { // before it could be seen in running
            throw new SQLException("The read was cancelled", "HY008");
        }
        return statement;
    }

    /** Leaves no transaction open, and lets the next one have a new view. */
    void end() throws SQLException {
        running = null;
        if (!rows.getAutoCommit()) {
            rows.commit();
        }
    }

    /** Ends whatever runs, and lets nothing else begin; for any thread. */
    void abort() {
        aborted = true;
        Statement statement = running;
        if (statement == null) {
            return;
        }
        try {
            statement.cancel();
        } catch (SQLException e) {
            logger.debug("A read could not be ended", e);
        }
    }

    @Override
    public void close() {
        JdbcConnections.closeQuietly(rows);
        JdbcConnections.closeQuietly(beside);
    }
}
