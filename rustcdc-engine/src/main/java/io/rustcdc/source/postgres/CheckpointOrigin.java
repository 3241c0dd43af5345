package io.rustcdc.source.postgres;

import io.rustcdc.source.SourceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Whether a checkpoint is a position of the server at hand: of its cluster, and on the way to its present timeline. */
final class CheckpointOrigin {

    private static final String UNDEFINED_FILE = "58P01";

    private final Divergence divergence;
    private final ServerIdentity server;
    private final Connection replication;

    /**
     * @param replication a replication connection to the server
     */
    CheckpointOrigin(Divergence divergence, ServerIdentity server, Connection replication) {
        this.divergence = divergence;
        this.server = server;
        this.replication = replication;
    }

    ServerIdentity server() {
        return server;
    }

    /** Why the checkpoint is no position of this server; null if it is one. */
    @Nullable
    SourceException lost(PostgresOffset saved) throws SQLException {
        SlotId origin = saved.slot();
        String systemId = origin.systemId();
        if (systemId != null && !systemId.equals(server.systemId())) {
            return divergence.otherCluster(systemId, server);
        }
        // First where the ways part: a new primary's log may end before it.
        SourceException lost =
                origin.timeline() > 0 && origin.timeline() != server.timeline() ? lostInHistory(saved) : null;
        if (lost != null) {
            return lost;
        }
        return Lsn.isBefore(server.walEnd(), reached(saved)) ? divergence.beyondTheLog(shown(saved), server) : null;
    }

    private @Nullable SourceException lostInHistory(PostgresOffset saved) throws SQLException {
        int timeline = saved.slot().timeline();
        OptionalLong left;
        try {
            left = server.leftAt(timeline, replication);
        } catch (SQLException e) {
            if (UNDEFINED_FILE.equals(e.getSQLState())) {
                return divergence.historyMissing(timeline, PostgresErrors.text(e), e);
            }
            throw e;
        }
        if (left.isEmpty()) {
            return divergence.foreignTimeline(timeline, server);
        }
        if (Lsn.isBefore(left.getAsLong(), reached(saved))) {
            return divergence.leftBefore(shown(saved), timeline, left.getAsLong());
        }
        return null;
    }

    private static long shown(PostgresOffset saved) {
        return saved.isInsideTransaction() ? saved.txCommitLsn() : saved.lsn();
    }

    /** Up to where the log was read: inside a transaction, past the beginning of its commit record. */
    private static long reached(PostgresOffset saved) {
        return saved.isInsideTransaction() ? saved.txCommitLsn() + 1 : saved.lsn();
    }
}
