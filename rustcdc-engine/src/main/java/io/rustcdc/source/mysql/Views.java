package io.rustcdc.source.mysql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens views of the database, each in a transaction of its own, of which it is known what they show. Locks nothing. For
 * one thread, as the connection.
 */
final class Views {

    private static final Logger logger = LoggerFactory.getLogger(Views.class);

    private static final String BEGIN = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";

    /** Where MariaDB's view is; the binlog's end where none is open. */
    private static final String PLACE =
            "SHOW STATUS WHERE variable_name IN ('binlog_snapshot_file', 'binlog_snapshot_position')";

    private static final Duration PAUSE = Duration.ofMillis(1);

    /** So long a chunk had better wait than be thrown away for what it lacks; that is found out by others. */
    private static final Duration WORTH_WAITING = Duration.ofSeconds(1);

    /** A busy server commits all the time, and yet there are moments between. */
    private static final Duration EXACT_PATIENCE = Duration.ofSeconds(5);

    private final Connection connection;
    private final Flavor flavor;
    private final UnfinishedCommits unfinished;
    private boolean settled;

    Views(Connection connection, Flavor flavor) {
        this.connection = connection;
        this.flavor = flavor;
        this.unfinished = new UnfinishedCommits(connection);
    }

    /**
     * Begins a transaction with a view that shows all that the binlog had at this call. Only from the second one on it may lack
     * some of it, if that takes long to commit; the result says so.
     *
     * @param exact whether it should show nothing else than what the result says; on a MySQL server that never stops committing it
     *     may show a little more all the same
     * @return what is visible for sure
     */
    BinlogEnd open(boolean exact) throws SQLException {
        BinlogEnd visible = flavor == Flavor.MYSQL ? openMySql(exact) : openMariaDb();
        settled = true;
        return visible;
    }

    private BinlogEnd openMySql(boolean exact) throws SQLException {
        long begin = System.nanoTime();
        while (true) {
            BinlogPosition reached = BinlogEnd.read(connection, flavor).position();
            GtidSet executed = unfinished.awaitEnd(settled ? WORTH_WAITING : Duration.ZERO);
            execute(BEGIN);
            BinlogEnd visible = new BinlogEnd(reached, executed);
            if (!exact || isExact(visible)) {
                return visible;
            }
            if (System.nanoTime() - begin > EXACT_PATIENCE.toNanos()) {
                logger.info("The server commits all the time: a few changes may come that the rows before them show");
                return visible;
            }
            execute("COMMIT");
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /** Whether nothing has committed since: neither is anything on its way there, nor has the binlog grown. */
    private boolean isExact(BinlogEnd visible) throws SQLException {
        return unfinished.look().running().isEmpty()
                && BinlogEnd.read(connection, flavor).equals(visible);
    }

    private BinlogEnd openMariaDb() throws SQLException {
        BinlogPosition reached = BinlogEnd.read(connection, flavor).position();
        long begin = System.nanoTime();
        while (true) {
            execute(BEGIN);
            BinlogPosition place = place();
            boolean late = settled && System.nanoTime() - begin > WORTH_WAITING.toNanos();
            if (!place.isBefore(reached) || late) {
                return new BinlogEnd(place, GtidSet.empty(flavor));
            }
            execute("COMMIT");
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private BinlogPosition place() throws SQLException {
        String file = "";
        long offset = 0;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(PLACE)) {
            while (row.next()) {
                if (row.getString(1).endsWith("e")) {
                    file = row.getString(2);
                } else {
                    offset = row.getLong(2);
                }
            }
        }
        return new BinlogPosition(file, offset);
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
