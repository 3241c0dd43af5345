package io.rustcdc.source.mysql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Transactions of a MySQL server that may be in the binlog, and so in the stream, although no view shows them yet: moments, or as long
 * as a semi-synchronous replica takes. Rows that are read without them would be older than what was delivered, for good, if
 * that was by an earlier connection.
 *
 * <p>A transaction with a GTID is in {@code gtid_owned} until it is in {@code gtid_executed}. One without is told by what its
 * session does, which only who has the right PROCESS may see. Whoever has not may read a row as it was before a commit that the stream
 * has delivered already, if the row is read in the moment between the two.
 */
final class UnfinishedCommits {

    private static final Logger logger = LoggerFactory.getLogger(UnfinishedCommits.class);

    private static final Duration PAUSE = Duration.ofMillis(1);
    private static final Duration WORTH_A_WORD = Duration.ofSeconds(10);

    /** What is owned comes first: what leaves it meanwhile is in the other. */
    private static final String GTIDS = "SELECT @@global.gtid_mode, @@global.gtid_owned, @@global.gtid_executed";

    /** Their names are those of the server's stages, in the words of all versions. */
    private static final String COMMITTING = """
            SELECT id FROM information_schema.processlist
            WHERE command <> 'Sleep' AND (state LIKE '%handler commit%' OR state LIKE '%semi-sync%' OR state = 'query end')
            """;

    private final Connection connection;

    UnfinishedCommits(Connection connection) {
        this.connection = connection;
    }

    /**
     * What the server says at one moment.
     *
     * @param running tells the unfinished from each other, and from later ones of the same sessions
     * @param executed all transactions with GTIDs that have committed
     * @param complete whether all transactions have GTIDs
     */
    record Look(Set<String> running, GtidSet executed, boolean complete) {}

    /**
     * Returns when all have ended that are under way now. Whoever commits meanwhile is not waited for.
     *
     * @param patience how long at most, where GTIDs tell what has committed; zero for no limit
     * @return what has committed by then
     */
    GtidSet awaitEnd(Duration patience) throws SQLException {
        Look look = look();
        Set<String> first = new HashSet<>(look.running);
        long begin = System.nanoTime();
        boolean said = false;
        while (!first.isEmpty()) {
            long waited = System.nanoTime() - begin;
            if (look.complete && !patience.isZero() && waited > patience.toNanos()) {
                break;
            }
            if (!said && waited > WORTH_A_WORD.toNanos()) {
                logger.warn(
                        "Rows are not read before {} transaction(s) have committed that are in the binlog and may wait for a semi-synchronous replica, the first being {}",
                        first.size(),
                        first.iterator().next());
                said = true;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
            look = look();
            first.retainAll(look.running);
        }
        return look.executed;
    }

    Look look() throws SQLException {
        Set<String> running = new HashSet<>();
        try (Statement statement = connection.createStatement()) {
            boolean allHaveGtids;
            GtidSet executed;
            try (ResultSet row = statement.executeQuery(GTIDS)) {
                row.next();
                allHaveGtids = "ON".equals(row.getString(1));
                addOwned(String.valueOf(row.getString(2)), running);
                executed = GtidSet.parse(Flavor.MYSQL, String.valueOf(row.getString(3)));
            }
            if (!allHaveGtids) {
                try (ResultSet row = statement.executeQuery(COMMITTING)) {
                    while (row.next()) {
                        running.add("that of session " + row.getString(1));
                    }
                }
            }
            return new Look(running, executed, allHaveGtids);
        }
    }

    /** {@code uuid:number#session:number#session,uuid:...}. */
    private static void addOwned(String owned, Set<String> running) {
        String server = "";
        for (String part : owned.split("[,:\\s]+", -1)) {
            if (part.indexOf('#') > 0) {
                running.add(server + ":" + part);
            } else {
                server = part;
            }
        }
    }
}
