package io.rustcdc.checkpoint.jdbc;

import io.rustcdc.checkpoint.CheckpointException;
import io.rustcdc.event.FailureKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows that hold the checkpoints, one for each source. A write is one UPDATE that names the version it replaces and the
 * token of the writer's lease. So it writes all or nothing, and nothing where somebody else has written or won the lease.
 */
final class CheckpointTable {

    private static final Logger logger = LoggerFactory.getLogger(CheckpointTable.class);

    private static final Duration LONGEST_FENCING = Duration.ofSeconds(20);

    private final String table;
    private final String archive;

    /**
     * A row.
     *
     * @param checkpoint its text; null when there is none
     */
    record Row(
            long token,
            long version,
            @Nullable String checkpoint,
            @Nullable String schemas) {}

    CheckpointTable(JdbcOptions options) {
        this.table = options.checkpointTable();
        this.archive = options.archiveTable();
    }

    /** The row, or empty if nobody has ever owned the source. */
    Optional<Row> read(Connection connection, String source) throws SQLException {
        return Statements.queryOne(
                connection,
                "SELECT token, version, checkpoint_json, schemas_json FROM %s WHERE source_name = ?".formatted(table),
                row -> new Row(row.getLong(1), row.getLong(2), row.getString(3), row.getString(4)),
                source);
    }

    /**
     * Replaces what is in a row. Does not commit.
     *
     * @param before of which the version and the token must still be there
     * @return false if they are not; nothing was written then
     */
    boolean update(Connection connection, Dialect dialect, String source, Row before, Row next) throws SQLException {
        return Statements.update(
                        connection,
                        """
                        UPDATE %s SET version = version + 1, checkpoint_json = ?, schemas_json = ?, saved_at = %s, db_session = %s
                        WHERE source_name = ? AND token = ? AND version = ?""".formatted(table, dialect.now(), dialect.session()),
                        next.checkpoint(),
                        next.schemas(),
                        source,
                        before.token(),
                        before.version())
                == 1;
    }

    /** As {@link #update}, and leaves the schemas alone, which may be long. */
    boolean updateCheckpoint(Connection connection, Dialect dialect, String source, Row before, String checkpoint)
            throws SQLException {
        return Statements.update(
                        connection,
                        """
                        UPDATE %s SET version = version + 1, checkpoint_json = ?, saved_at = %s, db_session = %s
                        WHERE source_name = ? AND token = ? AND version = ?""".formatted(table, dialect.now(), dialect.session()),
                        checkpoint,
                        source,
                        before.token(),
                        before.version())
                == 1;
    }

    /**
     * Locks the row if it has that token, and changes nothing that a save looks at. Does not commit. It is an UPDATE, so that whoever
     * wins the lease can find the session, as it does where a save is under way.
     */
    boolean lock(Connection connection, Dialect dialect, String source, long token) throws SQLException {
        int updated = Statements.update(
                connection,
                "UPDATE %s SET db_session = %s WHERE source_name = ? AND token = ?".formatted(table, dialect.session()),
                source,
                token);
        // Some drivers count only rows that have become others; the row is locked all the same.
        return updated == 1 || read(connection, source).map(Row::token).orElse(-1L) == token;
    }

    /** Keeps what is in a row before it is replaced, for people. Does not commit. */
    void archive(Connection connection, Dialect dialect, String source) throws SQLException {
        Statements.update(connection, """
                INSERT INTO %s (source_name, archived_at, checkpoint_json, schemas_json)
                SELECT source_name, %s, checkpoint_json, schemas_json FROM %s
                WHERE source_name = ? AND checkpoint_json IS NOT NULL""".formatted(archive, dialect.now(), table), source);
    }

    /**
     * Puts the token of a lease that was just won into the row. From here on a save of an earlier owner finds another token and
     * writes nothing. One that had written before this, and had not committed, holds the row's lock, so this waits for it: either
     * it commits first, and then the new owner reads what it has saved, or it is rolled back. An owner that was frozen between
     * the two does neither, so its session is ended.
     *
     * @param connection for this alone, in auto-commit
     * @return false if the row has the token of a later lease already
     * @throws CheckpointException TRANSIENT if the row stays locked
     */
    boolean fence(Connection connection, Dialect dialect, HeldLease lease) throws SQLException {
        Statements.execute(connection, dialect.limitLockWait());
        addMissing(connection, lease.source());
        boolean fenced = updateToken(connection, dialect, lease);
        Statements.execute(connection, dialect.resetLockWait());
        return fenced;
    }

    private boolean updateToken(Connection connection, Dialect dialect, HeldLease lease) throws SQLException {
        long end = System.nanoTime() + LONGEST_FENCING.toNanos();
        while (true) {
            try {
                int updated = Statements.update(
                        connection,
                        "UPDATE %s SET token = ? WHERE source_name = ? AND token < ?".formatted(table),
                        lease.token(),
                        lease.source(),
                        lease.token());
                return updated == 1
                        || read(connection, lease.source()).map(Row::token).orElse(0L) == lease.token();
            } catch (SQLException e) {
                if (!dialect.isLockTimeout(e)) {
                    throw e;
                }
                if (System.nanoTime() - end > 0) {
                    throw locked(lease.source(), e);
                }
                endWriter(connection, dialect, lease.source());
            }
        }
    }

    private void endWriter(Connection connection, Dialect dialect, String source) {
        try {
            if (dialect.endWriter(connection, table, source)) {
                logger.warn(
                        "Source '{}': the instance that owned it before had a save under way that did not end; its database session was ended",
                        source);
            }
        } catch (SQLException e) {
            // The lock may go by itself; until then the attempt is repeated.
            logger.warn(
                    "Source '{}': the database session of the instance that owned it before could not be ended: {}",
                    source,
                    e.getMessage());
        }
    }

    private CheckpointException locked(String source, SQLException cause) {
        return new CheckpointException(
                FailureKind.TRANSIENT,
                "The row of source '%s' in table '%s' is locked by a session that could not be ended"
                        .formatted(source, table),
                "End the sessions of the instance that owned the source before, or grant the user of the data source the right to end sessions. It is tried again.",
                cause);
    }

    private void addMissing(Connection connection, String source) throws SQLException {
        if (read(connection, source).isPresent()) {
            return;
        }
        try {
            Statements.update(
                    connection,
                    "INSERT INTO %s (source_name, token, version) VALUES (?, 0, 0)".formatted(table),
                    source);
        } catch (SQLException e) {
            if (!SqlFailure.isDuplicate(e)) {
                throw e;
            }
            // an earlier owner was faster; it has the lower token
        }
    }
}
