package io.rustcdc.source.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/**
 * A replication connection on which START_REPLICATION has been answered (manual 55.4).
 *
 * @param stream the driver's view of it
 * @param socket what lies below
 * @param statusInterval how often the server must hear from us
 */
record ReplicationSession(
        Connection connection, PostgresSocket socket, PGReplicationStream stream, Duration statusInterval) {

    private static final Duration LONGEST_STATUS_INTERVAL = Duration.ofSeconds(10);
    private static final Duration SHORTEST_STATUS_INTERVAL = Duration.ofMillis(100);
    private static final Duration LEAST_SILENCE = Duration.ofSeconds(60);

    /** So many questions a living server may leave open before it counts as silent. */
    private static final int QUESTIONS = 4;

    private static final int INPUT_BUFFER_BYTES = 256 * 1024;

    /** Starts to stream at an LSN; the connection stays the caller's to close when this fails. */
    static ReplicationSession start(PostgresConnections.Opened opened, PostgresOptions options, long lsn)
            throws SQLException {
        Duration serverTimeout = agreeOnTimeout(opened.connection(), options.silenceTimeout());
        Duration silence = silence(options.silenceTimeout(), serverTimeout);
        Duration interval = statusInterval(serverTimeout, silence);
        PGReplicationStream stream = opened.connection()
                .unwrap(PGConnection.class)
                .getReplicationAPI()
                .replicationStream()
                .logical()
                .withSlotName(options.replicationSlotName())
                .withStartPosition(LogSequenceNumber.valueOf(lsn))
                .withSlotOption("proto_version", 1)
                .withSlotOption("publication_names", ServerChecks.quoted(options.publicationName()))
                .withSlotOption("messages", true)
                .withStatusInterval(Math.toIntExact(interval.toMillis()), java.util.concurrent.TimeUnit.MILLISECONDS)
                // Else the driver would confirm positions that no checkpoint holds.
                .withAutomaticFlush(false)
                .start();
        opened.socket().established(silence);
        return new ReplicationSession(opened.connection(), opened.socket(), stream, interval);
    }

    /** Hands the waiting for data over to the socket. */
    void streaming(PostgresSocket.Upkeep insideMessages) {
        socket.streaming(INPUT_BUFFER_BYTES, insideMessages);
    }

    private static Duration silence(@Nullable Duration wanted, Duration serverTimeout) {
        return wanted == null ? longer(serverTimeout.multipliedBy(2), LEAST_SILENCE) : wanted;
    }

    private static Duration statusInterval(Duration serverTimeout, Duration silence) {
        Duration interval = shorter(silence.dividedBy(QUESTIONS), LONGEST_STATUS_INTERVAL);
        return longer(shorter(interval, serverTimeout.dividedBy(3)), SHORTEST_STATUS_INTERVAL);
    }

    /**
     * After which the server gives up a session of ours that it hears nothing of.
     *
     * @param server the server's {@code wal_sender_timeout}; zero for never
     * @param silence the configured limit of silence, null for none
     */
    static Duration timeout(Duration server, @Nullable Duration silence) {
        if (server.isZero()) {
            // Else a session whose machine is gone would keep the slot for hours.
            return silence == null ? LEAST_SILENCE : silence;
        }
        return silence == null ? server : shorter(server, silence);
    }

    /**
     * Sees to it that the server's timeout is ours in this session, and returns it.
     *
     * <p>In the middle of a large transaction that holds nothing for us a server looks at what we ask only after half of
     * this time. So where we are to be less patient, so must it be, for this session alone. It also gives a dead
     * session's slot free as soon as we miss it.
     */
    static Duration agreeOnTimeout(Connection connection, @Nullable Duration silence) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            Duration server;
            try (ResultSet row =
                    statement.executeQuery("SELECT setting FROM pg_settings WHERE name = 'wal_sender_timeout'")) {
                row.next();
                server = Duration.ofMillis(row.getLong(1));
            }
            Duration timeout = timeout(server, silence);
            if (!timeout.equals(server)) {
                statement.execute("SET wal_sender_timeout = " + timeout.toMillis());
            }
            return timeout;
        }
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
