package io.rustcdc.source.mysql;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceException;
import java.net.Socket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens connections: for SQL, for reading rows and for the binlog, all under the same terms. Each asks for the credentials anew and
 * ends within the budget, whether it succeeds or not. Thread-safe.
 */
final class MySqlConnections {

    private static final Logger logger = LoggerFactory.getLogger(MySqlConnections.class);

    /**
     * The text form of values, whatever the server, the database or this machine prefer. Zero dates must be readable, and a mode
     * such as ANSI_QUOTES would change what our statements mean. init_connect may have set another charset.
     */
    private static final String VALUE_FORMAT =
            "SET time_zone = '+00:00', sql_mode = '', character_set_results = utf8mb4";

    /** A condition may find nothing for long; a dead server is found by TCP. */
    private static final Duration LONGEST_READ_SILENCE = Duration.ofHours(6);

    /** Longer than any pause of a consumer that is not a failure. */
    private static final long LONGEST_WRITE_SECONDS = Duration.ofDays(1).toSeconds();

    /** What an answer may take beyond the time that the server may work on it. */
    private static final Duration ON_THE_WAY = Duration.ofSeconds(5);

    private final MySqlOptions options;
    private final MySqlErrors errors;
    private final OpeningSockets sockets = new OpeningSockets();

    MySqlConnections(MySqlOptions options) {
        this.options = options;
        this.errors = new MySqlErrors(options);
        try {
            Class.forName("org.mariadb.jdbc.Driver");
        } catch (ClassNotFoundException e) {
            throw new SourceException(
                    FailureKind.CONFIGURATION,
                    "The driver for %s is not on the class path"
                            .formatted(options.flavor().product()),
                    "Add the dependency org.mariadb.jdbc:mariadb-java-client",
                    e);
        }
    }

    /** A connection for statements, none of which runs much longer than the configured timeout. */
    Opened openSql() {
        Opened opened =
                open("SET SESSION lock_wait_timeout = " + options.connTimeout().toSeconds());
        opened.socket.established(options.connTimeout().plus(ON_THE_WAY));
        return opened;
    }

    /** A connection for reading rows, which may take long. */
    Opened openForReading() {
        Opened opened = open("SET SESSION lock_wait_timeout = %d, net_write_timeout = %d"
                .formatted(options.connTimeout().toSeconds(), LONGEST_WRITE_SECONDS));
        opened.socket.established(LONGEST_READ_SILENCE);
        return opened;
    }

    /** A connection for the binlog. A server that waits for us to read must not take us for dead. */
    Opened openReplication() {
        return open("SET SESSION net_write_timeout = " + LONGEST_WRITE_SECONDS);
    }

    /** Lets every call that is under way, in whatever thread, fail soon. A running stream goes on. */
    void abort() {
        sockets.abort();
    }

    private Opened open(String... preparations) {
        Credentials credentials = credentials();
        DriverProperties driver = new DriverProperties(options);
        try (ConnectTicket ticket = new ConnectTicket(options, sockets)) {
            try {
                Connection connection = DriverManager.getConnection(driver.url(), driver.of(ticket, credentials));
                Opened opened =
                        new Opened(connection, Objects.requireNonNull(ticket.socket(), "socket"), ticket.carrier());
                opened.prepare(VALUE_FORMAT);
                for (String preparation : preparations) {
                    opened.prepare(preparation);
                }
                return opened;
            } catch (SQLException e) {
                if (ticket.socket() != null) {
                    closeQuietly(ticket.socket());
                }
                throw errors.connecting(e, ticket.hasBegunTls());
            }
        }
    }

    private Credentials credentials() {
        try {
            return options.credentials().get();
        } catch (RuntimeException e) {
            // Its text is not ours to show: it may hold what it could not fetch.
            throw SourceException.transientFailure(
                    "The credentials of source '%s' could not be obtained: %s"
                            .formatted(options.sourceName(), e.getClass().getName()),
                    null);
        }
    }

    static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            logger.debug("Closing a connection failed", e);
        }
    }

    /**
     * A connection and what lies below it.
     *
     * @param carrier what its bytes pass through: TLS, or the socket itself
     */
    record Opened(Connection connection, MySqlSocket socket, Socket carrier) implements AutoCloseable {

        private void prepare(String sql) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                close();
                throw e;
            }
        }

        @Override
        public void close() {
            closeQuietly(connection);
            closeQuietly(socket);
        }
    }
}
