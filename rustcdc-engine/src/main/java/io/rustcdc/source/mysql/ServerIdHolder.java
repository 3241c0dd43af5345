package io.rustcdc.source.mysql;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.SourceException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps two readers from having one server id. A server lets the newer one in and ends the older one, which then comes back and
 * ends the newer one, and so on. So who has the id is looked for before the server is asked; and being ended again and again is a
 * failure. Thread-safe.
 */
final class ServerIdHolder {

    private static final Logger logger = LoggerFactory.getLogger(ServerIdHolder.class);

    private static final Pattern LISTING_RIGHT =
            Pattern.compile("ALL PRIVILEGES ON \\*\\.\\*|REPLICATION MASTER ADMIN|\\bSUPER\\b");

    private static final int MOST_EVICTIONS = 3;
    private static final Duration WITHIN = Duration.ofMinutes(2);

    private final MySqlOptions options;
    private final ReplicaName name;
    private final Deque<Long> evictions = new ArrayDeque<>();

    ServerIdHolder(MySqlOptions options) {
        this.options = options;
        this.name = ReplicaName.own(options.sourceName());
    }

    ReplicaName name() {
        return name;
    }

    /** @throws SourceException IN_USE if another reader has the id now */
    void requireFree(Connection connection) {
        String holder = holder(connection);
        if (holder != null) {
            throw inUse(FailureKind.IN_USE, "'%s' has it".formatted(holder), null);
        }
    }

    /** The server has ended the stream because another reader came with the id. */
    synchronized SourceException evicted(Throwable cause) {
        long now = System.nanoTime();
        evictions.addLast(now);
        while (now - evictions.getFirst() > WITHIN.toNanos()) {
            evictions.removeFirst();
        }
        boolean hopeless = evictions.size() >= MOST_EVICTIONS;
        return inUse(
                hopeless ? FailureKind.CONFIGURATION : FailureKind.IN_USE,
                "the server ended this reader because another one connected with it"
                        + (hopeless ? ", %d times in %d s".formatted(evictions.size(), WITHIN.toSeconds()) : ""),
                cause);
    }

    private SourceException inUse(FailureKind kind, String found, @Nullable Throwable cause) {
        return new SourceException(
                kind,
                "Server id %d is in use on %s: %s".formatted(options.serverId(), options.target(), found),
                "Give each reader and each replica of the server an id of its own: %s. Who is connected: %s;"
                        .formatted(options.key("server-id"), list()),
                cause);
    }

    private @Nullable String holder(Connection connection) {
        try (Statement statement = connection.createStatement()) {
            if (!mayList(statement)) {
                return null;
            }
            try (ResultSet row = statement.executeQuery(list())) {
                return holderIn(row);
            }
        } catch (SQLException e) {
            logger.debug("Who is connected with server id {} cannot be told", options.serverId(), e);
            return null;
        }
    }

    private String list() {
        return options.flavor() == Flavor.MYSQL ? "SHOW REPLICAS" : "SHOW SLAVE HOSTS";
    }

    /** MariaDB wants a right for it that reading the binlog does not need, and the driver logs each refusal. */
    private boolean mayList(Statement statement) throws SQLException {
        if (options.flavor() == Flavor.MYSQL) {
            return true;
        }
        try (ResultSet row = statement.executeQuery("SHOW GRANTS")) {
            while (row.next()) {
                if (LISTING_RIGHT.matcher(row.getString(1)).find()) {
                    return true;
                }
            }
        }
        return false;
    }

    private @Nullable String holderIn(ResultSet row) throws SQLException {
        while (row.next()) {
            if (row.getLong(1) == options.serverId()) {
                String host = row.getString(2);
                ReplicaName other = ReplicaName.parse(host);
                if (other == null || !other.isGone(name)) {
                    return host == null || host.isEmpty() ? "a reader without a name" : host;
                }
            }
        }
        return null;
    }
}
