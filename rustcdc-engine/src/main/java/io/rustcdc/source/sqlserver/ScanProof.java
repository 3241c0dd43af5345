package io.rustcdc.source.sqlserver;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Proves up to where the log holds nothing that still has to be captured, also where nothing is captured at all: when a run of the
 * capture process that began after the end of the log was looked up has found nothing, then all that was committed before is in the
 * change tables. Runs that find nothing are counted in one row, and the one that was under way does not count, so it takes two.
 *
 * <p>Needs the right to see the state of the database; without it nothing is proven. For one thread.
 */
final class ScanProof {

    private static final Logger logger = LoggerFactory.getLogger(ScanProof.class);
    private static final int MOST = 64;

    private final Connection connection;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private Lsn proven = Lsn.ZERO;
    private Lsn settled = Lsn.ZERO;
    private boolean blind;

    ScanProof(Connection connection) {
        this.connection = connection;
    }

    /** A run of the capture process, and how many have followed it that found nothing. */
    private record Scan(long session, long empty) {

        /** Whether a whole run was made after the other was seen, and found nothing. */
        boolean isWholeAfter(Scan other) {
            return session == other.session ? empty >= other.empty + 2 : empty >= 1;
        }
    }

    private record Sample(Lsn logEnd, Scan scan) {}

    /** Looks, before the newest captured LSN is looked up. */
    void look() throws SQLException {
        if (blind) {
            return;
        }
        try {
            Lsn end = logEnd(connection); // first: a run counts if it began after this
            Scan scan = scan();
            if (scan == null) {
                return;
            }
            while (!samples.isEmpty() && scan.isWholeAfter(samples.peekFirst().scan())) {
                proven = Lsn.max(proven, samples.removeFirst().logEnd());
            }
            Sample newest = samples.peekLast();
            if (newest != null && newest.scan().equals(scan)) {
                samples.removeLast();
            }
            if (samples.size() < MOST) {
                samples.addLast(new Sample(end, scan));
            }
        } catch (SQLException e) {
            if (!SqlServerErrors.isMissingRight(e)) {
                throw e;
            }
            blind = true;
            logger.debug("The state of the capture process is not visible", e);
        }
    }

    /** All that was captured when {@link #look} was called last has been read. */
    void drained() {
        settled = proven;
    }

    Lsn settled() {
        return settled;
    }

    private @Nullable Scan scan() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SqlServerSql.LAST_SCAN)) {
            return row.next() ? new Scan(row.getLong("session_id"), row.getLong("empty_scan_count")) : null;
        }
    }

    /** The end of the transaction log. */
    static Lsn logEnd(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SqlServerSql.LOG_END)) {
            row.next();
            return Lsn.parseColons(Objects.requireNonNull(row.getString("log_end_lsn"), "log_end_lsn"));
        }
    }
}
