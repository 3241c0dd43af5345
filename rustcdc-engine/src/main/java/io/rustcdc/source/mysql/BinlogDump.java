package io.rustcdc.source.mysql;

import io.rustcdc.source.SourceException;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server for its binlog, as a replica does (MySQL source documentation, "COM_BINLOG_DUMP_GTID"; MariaDB knowledge base,
 * "5-Slave Registration"), and tells what becomes of it.
 */
final class BinlogDump {

    private static final Duration HEARTBEAT = Duration.ofSeconds(1);

    private final MySqlOptions options;
    private final MySqlConnections connections;
    private final MySqlErrors errors;
    private final ServerIdHolder serverId;

    BinlogDump(MySqlOptions options, MySqlConnections connections, MySqlErrors errors, ServerIdHolder serverId) {
        this.options = options;
        this.connections = connections;
        this.errors = errors;
        this.serverId = serverId;
    }

    /**
     * Connects and begins. A failed call leaves no connection behind.
     *
     * @param checked the server at which the position was looked at
     */
    BinlogChannel begin(StartPosition.Start start, Origin checked) {
        MySqlConnections.Opened opened = connections.openReplication();
        try {
            requireSameServer(opened, checked);
            prepare(opened, start);
            BinlogChannel channel = new BinlogChannel(opened);
            channel.send(
                    CommandPacket.register(options.serverId(), serverId.name().toString()));
            channel.awaitOk();
            channel.send(command(start));
            opened.socket().streaming(options.silenceTimeout());
            return channel;
        } catch (SQLException e) {
            opened.close();
            throw errors.registering(e);
        } catch (IOException e) {
            opened.close();
            throw errors.streamBroken(e);
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** The server ended the stream with an error. */
    SourceException failed(SQLException e, @Nullable BinlogPosition position) {
        return MySqlErrors.isEvicted(e) ? serverId.evicted(e) : errors.reading(e, position);
    }

    /** The connection ended or fell silent. */
    SourceException broken(IOException e) {
        return errors.streamBroken(e);
    }

    /** Each variable under both of its names, of which older and newer servers know one each. */
    private void prepare(MySqlConnections.Opened opened, StartPosition.Start start) throws SQLException {
        long nanos = Math.min(HEARTBEAT.toNanos(), options.silenceTimeout().toNanos() / 4);
        try (Statement statement = opened.connection().createStatement()) {
            for (String prefix : List.of("master", "source")) {
                statement.execute(
                        "SET @%1$s_heartbeat_period = %2$d, @%1$s_binlog_checksum = 'CRC32'".formatted(prefix, nanos));
            }
            if (options.flavor() == Flavor.MARIADB) {
                statement.execute("SET @mariadb_slave_capability = 4");
                if (start.byGtid() && !start.rereads()) {
                    statement.execute(
                            "SET @slave_connect_state = '%s', @slave_gtid_strict_mode = 1, @slave_gtid_ignore_duplicates = 0"
                                    .formatted(start.offset().executed()));
                }
            }
        }
    }

    private byte[] command(StartPosition.Start start) {
        long id = options.serverId();
        if (!start.byGtid() || start.rereads()) {
            BinlogPosition position = Objects.requireNonNull(
                    start.rereads()
                            ? start.offset().preparedFrom()
                            : start.offset().position(),
                    "position");
            return CommandPacket.dump(id, position.file(), position.offset());
        }
        return start.offset().executed() instanceof UuidGtidSet executed
                ? CommandPacket.dumpWithout(id, executed.encode())
                : CommandPacket.dump(id, "", BinlogPosition.FIRST);
    }

    /** An address may lead to several servers. */
    private void requireSameServer(MySqlConnections.Opened opened, Origin checked) throws SQLException {
        String variable = options.flavor() == Flavor.MYSQL ? "@@server_uuid" : "@@server_id";
        try (Statement statement = opened.connection().createStatement();
                ResultSet row = statement.executeQuery("SELECT " + variable)) {
            row.next();
            Origin origin = options.flavor() == Flavor.MYSQL
                    ? new Origin(Flavor.MYSQL, row.getString(1), 0)
                    : new Origin(Flavor.MARIADB, null, row.getLong(1));
            if (!origin.equals(checked)) {
                throw SourceException.transientFailure(
                        "Two connections to %s reached two servers, the one with %s and the one with %s. If this goes on, the address leads to several servers: set %s to one of them"
                                .formatted(options.target(), checked, origin, options.key("host")),
                        null);
            }
        }
    }
}
