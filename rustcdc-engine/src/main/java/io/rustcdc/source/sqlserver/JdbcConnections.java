package io.rustcdc.source.sqlserver;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.Transport;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connections of Microsoft's driver. Each asks for the credentials anew. Thread-safe. */
final class JdbcConnections implements SqlServerConnections {

    private static final Logger logger = LoggerFactory.getLogger(JdbcConnections.class);

    /** Whatever we read, whoever else is in a deadlock with us wins; and dates mean the same in all languages. */
    private static final String PREPARATION = "SET DEADLOCK_PRIORITY LOW; SET DATEFORMAT ymd;";

    private static final String ONE_VIEW = "SET TRANSACTION ISOLATION LEVEL SNAPSHOT;";

    /** A condition may find nothing for long; a dead server is found by TCP. */
    private static final Duration LONGEST_READ_SILENCE = Duration.ofHours(6);

    /** What an answer may take beyond the time that the server may work on it. */
    private static final Duration ON_THE_WAY = Duration.ofSeconds(5);

    private final SqlServerOptions options;
    private final Set<DriverSockets.Opening> openings = ConcurrentHashMap.newKeySet();

    JdbcConnections(SqlServerOptions options) {
        this.options = options;
        try {
            Class.forName("com.microsoft.sqlserver.jdbc.SQLServerDriver");
        } catch (ClassNotFoundException e) {
            throw new SourceException(
                    FailureKind.CONFIGURATION,
                    "The driver for SQL Server is not on the class path",
                    "Add the dependency com.microsoft.sqlserver:mssql-jdbc",
                    e);
        }
    }

    @Override
    public Connection open(Purpose purpose) throws SQLException {
        Properties properties = properties(purpose);
        DriverSockets.Opening opening = DriverSockets.Opening.begin();
        openings.add(opening);
        try (opening;
                DriverTrust.Ticket ticket = DriverTrust.offer(options)) {
            opening.addTo(properties);
            ticket.addTo(properties);
            Connection connection = DriverManager.getConnection("jdbc:sqlserver://", properties);
            try (Statement statement = connection.createStatement()) {
                statement.execute(PREPARATION);
                if (purpose == Purpose.ROWS_IN_ONE_VIEW) {
                    statement.execute(ONE_VIEW);
                    connection.setAutoCommit(false);
                }
            } catch (SQLException e) {
                closeQuietly(connection);
                throw e;
            }
            return connection;
        } finally {
            openings.remove(opening);
        }
    }

    /** A connection that has just been opened may be closed, too: whoever gives up opening wants none. */
    @Override
    public void abortOpening() {
        openings.forEach(DriverSockets.Opening::abort);
    }

    /** What the driver is told about a connection. */
    Properties properties(Purpose purpose) {
        Credentials credentials = credentials();
        Properties properties = new Properties();
        properties.setProperty("serverName", options.server().host());
        String instance = options.instanceName();
        if (instance == null) {
            properties.setProperty(
                    "portNumber", Integer.toString(options.server().port()));
        } else {
            properties.setProperty("instanceName", instance);
        }
        properties.setProperty("databaseName", options.database());
        properties.setProperty("user", credentials.user());
        if (credentials.password() != null) {
            properties.setProperty("password", credentials.password());
        }
        boolean tls = options.transport().mode() == Transport.Mode.TLS;
        properties.setProperty("encrypt", Boolean.toString(tls));
        // Without encryption the driver encrypts the login alone, whoever it talks to.
        properties.setProperty("trustServerCertificate", Boolean.toString(!tls || options.trustServerCertificate()));
        properties.setProperty(
                "loginTimeout", Long.toString(options.connTimeout().toSeconds()));
        properties.setProperty("socketTimeout", Long.toString(silence(purpose).toMillis()));
        properties.setProperty("applicationName", "rustcdc-" + options.sourceName());
        properties.setProperty("responseBuffering", "adaptive");
        properties.setProperty("sendTimeAsDatetime", "false");
        properties.setProperty("connectRetryCount", "0");
        return properties;
    }

    private Duration silence(Purpose purpose) {
        return switch (purpose) {
            case STATEMENTS -> options.connTimeout().plus(ON_THE_WAY);
            case CHANGES -> options.silenceTimeout();
            case ROWS, ROWS_IN_ONE_VIEW -> LONGEST_READ_SILENCE;
        };
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
}
