package io.rustcdc.source.mysql;

import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Remedy;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.internal.Checklist.Finding;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
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

    /** What the doctor says: a reader that is an instance of this source is no other one. */
    Finding look(Connection connection) {
        String holder = holder(connection);
        ReplicaName reader = ReplicaName.parse(holder);
        if (holder != null && (reader == null || !reader.source().equals(name.source()))) {
            throw inUse(FailureKind.IN_USE, "'%s' has it".formatted(holder), null);
        }
        return Finding.ok(
                holder == null
                        ? "nobody else is known to read as %d".formatted(options.serverId())
                        : "an instance of this source reads as %d ('%s')".formatted(options.serverId(), holder));
    }

    /** Lets the source read with another id, which nobody is likely to have. */
    static Remedy another(MySqlOptions options) {
        long id = 100_000 + Math.floorMod(31L * options.sourceName().hashCode() + options.serverId(), 800_000L);
        return Remedy.file("application.yml", options.key("server-id") + ": " + id);
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
        return SourceException.of(
                kind,
                "Server id %d is in use on %s: %s".formatted(options.serverId(), options.target(), found),
                another(options)
                        .say("Give each reader and each replica of the server an id of its own. Who is connected: %s;"
                                .formatted(list())),
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
        Grants grants = Grants.of(statement.getConnection());
        return grants.has("REPLICATION MASTER ADMIN") || grants.has("SUPER");
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
