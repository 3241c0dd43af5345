package io.rustcdc.source.postgres;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.TlsContext;
import io.rustcdc.source.Transport;
import io.rustcdc.source.internal.ServerAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens connections: one kind for SQL, one for replication, both under the same terms. Each asks for the credentials anew
 * and ends within the budget, whether it succeeds or not.
 */
final class PostgresConnections {

    private static final Logger logger = LoggerFactory.getLogger(PostgresConnections.class);

    /**
     * The text form of values, whatever the role, the database or this machine prefer. The driver sends the time zone of
     * the Java runtime when it connects, which overrules {@code options}; only SET has the last word. Names of objects
     * (regclass and its kin) are written with their schema only if it is not on the search path, hence the empty one.
     */
    private static final String VALUE_FORMAT = """
            SET DateStyle = 'ISO, YMD'; SET TimeZone = 'UTC'; SET IntervalStyle = 'iso_8601'; SET extra_float_digits = 1; \
            SET bytea_output = 'hex'; SET lc_monetary = 'C'; SET search_path = ''; SET quote_all_identifiers = off""";

    /** An exported snapshot, and reading in it, may last longer than a role's transactions usually may. */
    private static final String PATIENT = "SELECT set_config(name, '0', false) FROM pg_settings WHERE name IN"
            + " ('idle_in_transaction_session_timeout', 'idle_session_timeout', 'transaction_timeout'); ";

    /** A condition may find nothing for long; a dead server is found by TCP. */
    private static final Duration LONGEST_READ_SILENCE = Duration.ofHours(6);

    private final PostgresOptions options;
    private final OpeningSockets sockets;
    private final PrimarySearch search;

    PostgresConnections(PostgresOptions options) {
        this(options, new OpeningSockets());
        try {
            Class.forName("org.postgresql.Driver");
        } catch (ClassNotFoundException e) {
            throw new SourceException(
                    FailureKind.CONFIGURATION,
                    "The PostgreSQL driver is not on the class path",
                    "Add the dependency org.postgresql:postgresql",
                    e);
        }
    }

    private PostgresConnections(PostgresOptions options, OpeningSockets sockets) {
        this.options = options;
        this.sockets = sockets;
        this.search = new PrimarySearch(options);
    }

    /** Connections to this server only. */
    PostgresConnections at(ServerAddress server) {
        return new PostgresConnections(options.at(server), sockets);
    }

    /** A connection for statements, none of which runs longer than the configured timeout. */
    Connection openSql() {
        return openPrimary().connection();
    }

    /**
     * The same, with the address of the server that was found: with several, the one that is the primary; with one, that
     * one.
     */
    Opened openPrimary() {
        return openSql(options.connTimeout());
    }

    /** The same, but statements give up sooner where others hold a lock. */
    Opened openSql(Duration lockTimeout) {
        Credentials credentials = credentials();
        String limits = "SET statement_timeout = %d; SET lock_timeout = %d; "
                .formatted(options.connTimeout().toMillis(), lockTimeout.toMillis());
        return search.find((server, budget) -> open(server, budget, credentials, new Properties(), limits));
    }

    /**
     * A connection for replication commands to the one server that these connections are for. The driver's own timeouts
     * stay off: they would end an idle stream.
     */
    Opened openReplication() {
        Properties properties = new Properties();
        properties.setProperty("replication", "database");
        properties.setProperty("preferQueryMode", "simple");
        return open(
                options.addresses().get(0),
                options.connTimeout(),
                credentials(),
                properties,
                "SET statement_timeout = 0; SET client_min_messages = warning; " + PATIENT);
    }

    /** A connection for reading rows, which may take long. */
    Opened openForReading() {
        Credentials credentials = credentials();
        // Without row security off, rows that a policy hides would be missing without a word.
        String limits = "SET statement_timeout = 0; SET row_security = off; SET lock_timeout = %d; "
                .formatted(options.connTimeout().toMillis());
        Opened opened =
                search.find((server, budget) -> open(server, budget, credentials, new Properties(), limits + PATIENT));
        opened.socket.established(LONGEST_READ_SILENCE);
        return opened;
    }

    /** Lets every call that is under way, in whatever thread, fail soon. A running stream goes on. */
    void abort() {
        sockets.abort();
    }

    private Opened open(
            ServerAddress server, Duration budget, Credentials credentials, Properties kind, String limits) {
        PostgresErrors errors = new PostgresErrors(options.at(server));
        DriverProperties driver = new DriverProperties(options);
        Transport transport = options.transport();
        TlsContext tls = transport.mode() == Transport.Mode.TLS ? transport.tlsContext() : null;
        try (ConnectTicket ticket = new ConnectTicket(budget, sockets, tls)) {
            Properties properties = driver.of(ticket, credentials);
            properties.putAll(kind);
            try {
                Connection connection = DriverManager.getConnection(driver.url(server), properties);
                Opened opened = new Opened(connection, Objects.requireNonNull(ticket.socket(), "socket"), server);
                opened.prepare(limits + VALUE_FORMAT);
                opened.socket.established(PostgresErrors.silenceFor(options.connTimeout()));
                return opened;
            } catch (SQLException e) {
                if (ticket.socket() != null) {
                    closeQuietly(ticket.socket());
                }
                throw errors.connecting(
                        e,
                        ticket,
                        !Objects.requireNonNullElse(credentials.password(), "").isEmpty());
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
     * @param server where it leads to
     */
    record Opened(Connection connection, PostgresSocket socket, ServerAddress server) implements AutoCloseable {

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
