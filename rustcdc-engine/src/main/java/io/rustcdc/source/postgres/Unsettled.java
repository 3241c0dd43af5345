package io.rustcdc.source.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Transactions that may have been delivered by an earlier connection although no snapshot shows them yet: where standbys are
 * synchronous, a transaction is in the log, and so in the stream, while its session still waits for a standby. It keeps its
 * lock on itself until then (manual 52.12, pg_locks). Rows that are read without it would be older than what was delivered, for
 * good.
 */
final class Unsettled {

    private static final Logger logger = LoggerFactory.getLogger(Unsettled.class);

    /** A session that is known to idle is not committing; who may not see that of others takes it to be. */
    private static final String RUNNING = """
            SELECT l.transactionid::text
            FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
            WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted
              AND coalesce(a.state, '') NOT LIKE 'idle in transaction%'
              AND current_setting('synchronous_standby_names') <> ''
            """;

    private static final String NOW = "SELECT pg_current_snapshot()::text";
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration WORTH_A_WORD = Duration.ofSeconds(10);

    private Unsettled() {}

    /** Returns when all that run now have ended, at once where no standby is waited for. Ends early when the connection does. */
    static void awaitEnd(Connection connection) throws SQLException {
        List<PostgresMark> transactions = running(connection);
        long begin = System.nanoTime();
        boolean said = false;
        while (!transactions.isEmpty()) {
            PostgresWatermark now = now(connection);
            transactions.removeIf(now::includes);
            if (!said && !transactions.isEmpty() && System.nanoTime() - begin > WORTH_A_WORD.toNanos()) {
                logger.warn(
                        "Rows are not read before {} transaction(s) have ended that may wait for a synchronous standby, the first being {}",
                        transactions.size(),
                        Integer.toUnsignedString(transactions.get(0).xid()));
                said = true;
            }
            if (!transactions.isEmpty()) {
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private static List<PostgresMark> running(Connection connection) throws SQLException {
        List<PostgresMark> transactions = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(RUNNING)) {
            while (row.next()) {
                transactions.add(new PostgresMark(Integer.parseUnsignedInt(row.getString(1)), 0));
            }
        }
        return transactions;
    }

    private static PostgresWatermark now(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(NOW)) {
            row.next();
            return PostgresWatermark.of(row.getString(1), 0, 8192);
        }
    }
}
