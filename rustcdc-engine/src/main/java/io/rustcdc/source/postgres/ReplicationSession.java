package io.rustcdc.source.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
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
    private static final int INPUT_BUFFER_BYTES = 256 * 1024;

    /** Starts to stream at an LSN; the connection stays the caller's to close when this fails. */
    static ReplicationSession start(PostgresConnections.Opened opened, PostgresOptions options, long lsn)
            throws SQLException {
        Duration serverTimeout = walSenderTimeout(opened.connection());
        Duration interval = statusInterval(serverTimeout);
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
        Duration twice = serverTimeout.multipliedBy(2);
        opened.socket().established(twice.compareTo(LEAST_SILENCE) > 0 ? twice : LEAST_SILENCE);
        opened.socket().streaming(INPUT_BUFFER_BYTES);
        return new ReplicationSession(opened.connection(), opened.socket(), stream, interval);
    }

    private static Duration statusInterval(Duration serverTimeout) {
        Duration third = serverTimeout.dividedBy(3);
        if (third.isZero() || third.compareTo(LONGEST_STATUS_INTERVAL) > 0) {
            return LONGEST_STATUS_INTERVAL;
        }
        return third.compareTo(SHORTEST_STATUS_INTERVAL) < 0 ? SHORTEST_STATUS_INTERVAL : third;
    }

    /** As it applies to this session; zero when the server never gives up. */
    private static Duration walSenderTimeout(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT setting FROM pg_settings WHERE name = 'wal_sender_timeout'")) {
            row.next();
            return Duration.ofMillis(row.getLong(1));
        }
    }
}
