package io.rustcdc.source.postgres;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.Transport;
import io.rustcdc.source.postgres.PostgresSocketFactory.Ticket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
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

    private final PostgresOptions options;
    private final PostgresErrors errors;

    PostgresConnections(PostgresOptions options, PostgresErrors errors) {
        this.options = options;
        this.errors = errors;
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

    /** A connection for statements, none of which runs longer than the configured timeout. */
    Connection openSql() {
        return openSql(options.connTimeout()).connection;
    }

    /** The same, but statements give up sooner where others hold a lock. */
    Opened openSql(Duration lockTimeout) {
        Opened opened = open(properties());
        prepare(
                opened,
                "SET statement_timeout = %d; SET lock_timeout = %d; "
                                .formatted(options.connTimeout().toMillis(), lockTimeout.toMillis())
                        + VALUE_FORMAT);
        opened.socket.established(PostgresErrors.silenceFor(options.connTimeout()));
        return opened;
    }

    /** A connection for replication commands. The driver's own timeouts stay off: they would end an idle stream. */
    Opened openReplication() {
        Properties properties = properties();
        properties.setProperty("replication", "database");
        properties.setProperty("preferQueryMode", "simple");
        Opened opened = open(properties);
        prepare(opened, "SET statement_timeout = 0; SET client_min_messages = warning; " + VALUE_FORMAT);
        opened.socket.established(PostgresErrors.silenceFor(options.connTimeout()));
        return opened;
    }

    private Opened open(Properties properties) {
        Credentials credentials = credentials();
        String password = credentials.password();
        properties.setProperty("user", credentials.user());
        if (password != null) {
            properties.setProperty("password", password);
        }
        try (Ticket ticket = new Ticket(options.connTimeout())) {
            properties.setProperty("socketFactory", PostgresSocketFactory.class.getName());
            properties.setProperty("socketFactoryArg", ticket.id());
            try {
                Connection connection = DriverManager.getConnection(url(), properties);
                return new Opened(connection, Objects.requireNonNull(ticket.socket(), "socket"));
            } catch (SQLException e) {
                throw refused(e, ticket.socket(), password != null && !password.isEmpty());
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

    private SourceException refused(SQLException e, @Nullable PostgresSocket socket, boolean passwordGiven) {
        if (socket == null) {
            return errors.connecting(e, -1, passwordGiven);
        }
        closeQuietly(socket);
        return errors.connecting(e, socket.firstByte(), passwordGiven);
    }

    private void prepare(Opened opened, String sql) {
        try (Statement statement = opened.connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            opened.close();
            throw errors.connecting(e, opened.socket.firstByte(), true);
        }
    }

    private String url() {
        String host = options.host().contains(":") && !options.host().startsWith("[")
                ? "[" + options.host() + "]"
                : options.host();
        String database = URLEncoder.encode(options.database(), StandardCharsets.UTF_8);
        return "jdbc:postgresql://%s:%d/%s".formatted(host, options.port(), database);
    }

    private Properties properties() {
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", "rustcdc-" + options.sourceName());
        properties.setProperty("assumeMinServerVersion", "10");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("gssEncMode", "disable");
        // Our socket limits the whole handshake; the driver's limits for its parts, and for the login by a second
        // thread, would only give other messages.
        properties.setProperty("loginTimeout", "0");
        properties.setProperty("connectTimeout", "0");
        properties.setProperty(
                "sslResponseTimeout", Long.toString(options.connTimeout().toMillis() + 1000));
        Transport transport = options.transport();
        if (transport.mode() == Transport.Mode.PLAINTEXT) {
            properties.setProperty("sslmode", "disable");
            properties.setProperty("requireAuth", "!password");
        } else {
            properties.setProperty("sslmode", "verify-full");
            if (transport.caCertPath() != null) {
                properties.setProperty("sslrootcert", transport.caCertPath().toString());
            } else {
                properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
            }
        }
        return properties;
    }

    static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            logger.debug("Closing a connection failed", e);
        }
    }

    /** A connection and the socket below it. */
    record Opened(Connection connection, PostgresSocket socket) implements AutoCloseable {

        @Override
        public void close() {
            closeQuietly(connection);
            closeQuietly(socket);
        }
    }
}
