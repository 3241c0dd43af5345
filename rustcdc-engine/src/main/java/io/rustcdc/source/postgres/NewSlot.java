package io.rustcdc.source.postgres;

import io.rustcdc.source.SourceException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the replication slot by a replication command (manual 55.4, CREATE_REPLICATION_SLOT), which exports the snapshot that
 * shows exactly what the stream will not bring. It can be imported until the next command on this connection.
 */
final class NewSlot {

    private static final Logger logger = LoggerFactory.getLogger(NewSlot.class);

    private static final String QUERY_CANCELED = "57014";
    private static final int FIRST_WITH_OPTIONS = 150000;

    /** Of that session only what takes too long: it may go on with something else by now, or be another one with its number. */
    static final String CANCEL_CREATION = """
            SELECT pg_cancel_backend(pid) FROM pg_stat_activity
            WHERE pid = ? AND state = 'active' AND query LIKE 'CREATE_REPLICATION_SLOT %'
            """;

    private final PostgresOptions options;
    private final PostgresConnections connections;
    private final PostgresConnections.Opened replication;
    private final ServerFacts facts;
    private @Nullable String exportedSnapshot;

    NewSlot(
            PostgresOptions options,
            PostgresConnections connections,
            PostgresConnections.Opened replication,
            ServerFacts facts) {
        this.options = options;
        this.connections = connections;
        this.replication = replication;
        this.facts = facts;
    }

    /** The snapshot of the slot that was created; null when none was. */
    @Nullable
    String exportedSnapshot() {
        return exportedSnapshot;
    }

    /**
     * Returns where the slot begins. Waits for the transactions that run at the moment, as long as a connection may take.
     *
     * @param failover whether standbys keep a copy of it; PostgreSQL 17 and later
     */
    long create(boolean failover) throws SQLException {
        String name = options.replicationSlotName();
        replication
                .socket()
                .established(PostgresErrors.silenceFor(options.connTimeout().multipliedBy(2)));
        CountDownLatch done = new CountDownLatch(1);
        cancelUnless(done, replication.connection().unwrap(PGConnection.class).getBackendPID());
        try (Statement statement = replication.connection().createStatement();
                ResultSet row = statement.executeQuery(command(name, failover))) {
            row.next();
            long begin = Lsn.parse(row.getString("consistent_point")).value();
            exportedSnapshot = Objects.requireNonNull(row.getString("snapshot_name"), "snapshot_name");
            logger.info("Created replication slot '{}' at {}", name, Lsn.format(begin));
            return begin;
        } catch (SQLException e) {
            if (QUERY_CANCELED.equals(e.getSQLState())) {
                throw SourceException.transientFailure(
                        "Slot '%s' could not be created within %s = %d s: the server waits for running transactions to end (SELECT pid, xact_start, query FROM pg_stat_activity WHERE xact_start IS NOT NULL ORDER BY xact_start;)"
                                .formatted(
                                        name,
                                        options.key("conn-timeout"),
                                        options.connTimeout().toSeconds()),
                        e);
            }
            throw e;
        } finally {
            done.countDown();
        }
    }

    private String command(String name, boolean failover) {
        String create = "CREATE_REPLICATION_SLOT %s LOGICAL pgoutput ".formatted(name);
        if (facts.version() < FIRST_WITH_OPTIONS) {
            return create + "EXPORT_SNAPSHOT";
        }
        return create + (failover ? "(SNAPSHOT 'export', FAILOVER true)" : "(SNAPSHOT 'export')");
    }

    /**
     * No statement_timeout covers a replication command, and the server would go on with it, and keep the name of the slot,
     * after we have hung up. So it is cancelled from another session.
     */
    private void cancelUnless(CountDownLatch done, int pid) {
        Thread thread = new Thread(() -> cancelAfterTimeout(done, pid), "rustcdc-" + options.sourceName() + "-slot");
        thread.setDaemon(true);
        thread.start();
    }

    private void cancelAfterTimeout(CountDownLatch done, int pid) {
        try {
            if (done.await(options.connTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
            try (Connection sql = connections.openSql();
                    PreparedStatement statement = sql.prepareStatement(CANCEL_CREATION)) {
                statement.setInt(1, pid);
                statement.execute();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException | SourceException e) {
            logger.warn(
                    "The creation of slot '{}' takes long and could not be cancelled",
                    options.replicationSlotName(),
                    e);
        }
    }
}
