package io.rustcdc.benchmarks;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.postgresql.replication.PGReplicationStream;

/**
 * The loop that everybody writes first, and the least that any reader over pgjdbc must do: take the messages, look at the
 * first byte. It decodes nothing, saves nothing and confirms nothing but what the driver does by itself.
 */
final class PostgresNaiveReader implements BacklogReader {

    private final PostgresTarget target;
    private @Nullable Connection connection;

    PostgresNaiveReader(PostgresTarget target) {
        this.target = target;
    }

    @Override
    public void read(Measurement measurement) throws Exception {
        Properties properties = new Properties();
        PGProperty.USER.set(properties, PostgresTarget.USER);
        PGProperty.REPLICATION.set(properties, "database");
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "10");
        measurement.begin();
        Connection opened = DriverManager.getConnection(target.url(), properties);
        connection = opened;
        PGReplicationStream stream = opened.unwrap(PGConnection.class)
                .getReplicationAPI()
                .replicationStream()
                .logical()
                .withSlotName(target.slot())
                .withSlotOption("proto_version", 1)
                .withSlotOption("publication_names", target.name())
                .start();
        while (!measurement.isDone()) {
            // Waits for up to a millisecond by itself when nothing is there.
            ByteBuffer message = stream.readPending();
            if (message != null && message.get(message.position()) == 'I') {
                measurement.row();
            }
        }
    }

    @Override
    public void close() throws SQLException {
        if (connection != null) {
            connection.close();
        }
    }
}
