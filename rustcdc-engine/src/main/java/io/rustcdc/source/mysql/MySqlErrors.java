package io.rustcdc.source.mysql;

import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Remedy;
import io.rustcdc.event.TableId;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.Transport;
import io.rustcdc.source.internal.Causes;
import io.rustcdc.source.mysql.MySqlSocket.SilentServerException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells what can be done about a failure of the driver or the server, by the server's own error numbers. */
final class MySqlErrors {

    /** What the driver writes before the server's words. */
    private static final Pattern CONNECTION_NUMBER = Pattern.compile("\\(conn=-?\\d+\\) ");

    private static final int BINLOG_UNREADABLE = 1236;

    private final MySqlOptions options;
    private final PositionLost lost;

    MySqlErrors(MySqlOptions options) {
        this.options = options;
        this.lost = new PositionLost(options);
    }

    /** The ways to say that the position is lost. */
    PositionLost lost() {
        return lost;
    }

    /**
     * A connection could not be made.
     *
     * @param tlsBegun whether the server had agreed to TLS
     */
    SourceException connecting(SQLException e, boolean tlsBegun) {
        String target = options.target();
        if (e.getErrorCode() > 0) {
            return failed("connect", e);
        }
        if (Causes.first(e, SilentServerException.class) != null
                || Causes.first(e, SocketTimeoutException.class) != null) {
            return SourceException.transientFailure(
                    "%s did not complete the connection within %s = %d s"
                            .formatted(
                                    target,
                                    options.key("conn-timeout"),
                                    options.connTimeout().toSeconds()),
                    e);
        }
        if (Causes.first(e, UnknownHostException.class) != null) {
            return SourceException.transientFailure(
                    "Cannot connect to %s: the host name cannot be resolved".formatted(target), e);
        }
        if (text(e).contains("RSA public key is not available")) {
            return keyNotTold(e);
        }
        if (options.transport().mode() == Transport.Mode.TLS) {
            SourceException refused = new TlsErrors(options).of(e, tlsBegun);
            if (refused != null) {
                return refused;
            }
        }
        if (Causes.first(e, IOException.class) != null || isConnectionLost(e)) {
            return SourceException.transientFailure("Cannot connect to %s: %s".formatted(target, text(e)), e);
        }
        return configuration(
                "Cannot connect to %s: %s".formatted(target, text(e)),
                "Check the settings of this source, and with which plugin the user of %s identifies itself (SHOW CREATE USER)"
                        .formatted(options.key("user")),
                e);
    }

    /** A statement failed. */
    SourceException failed(String doing, SQLException e) {
        String message = "Cannot %s %s %s: %s"
                .formatted(doing, doing.equals("connect") ? "to" : "on", options.target(), text(e));
        return switch (e.getErrorCode()) {
            case 1045, 1130, 1251, 1524, 1698, 1820, 1862, 3118, 3955, 4151 ->
                new SourceException(FailureKind.AUTHENTICATION, message, authenticationAction(e.getErrorCode()), e);
            case 1044, 1142, 1143, 1227, 1370 -> configuration(message, grants(), e);
            case 1049 -> SourceException.of(FailureKind.CONFIGURATION, message, missingDatabase(), e);
            case 1381 -> configuration(message, Remedies.log().text(), e);
            case 1064, 1193 -> configuration(message, "Check the server's version", e);
            case 1129 ->
                new SourceException(
                        FailureKind.TRANSIENT,
                        message,
                        "Too many connections from here have failed. As an administrator: FLUSH HOSTS; (MySQL 8.4 and later: TRUNCATE TABLE performance_schema.host_cache;)",
                        e);
            case 1203, 1226 ->
                new SourceException(
                        FailureKind.TRANSIENT,
                        message,
                        "Raise the user's limits: ALTER USER <user> WITH MAX_USER_CONNECTIONS 0; <user> is the one of "
                                + options.key("user"),
                        e);
            case BINLOG_UNREADABLE -> reading(e, null);
            default -> SourceException.transientFailure(message, e);
        };
    }

    /** The server did not take us for a replica. It says "access denied" (1045) when a right is missing. */
    SourceException registering(SQLException e) {
        return e.getErrorCode() == 1045
                ? configuration(
                        "%s does not let the user read the binlog: %s".formatted(options.target(), text(e)),
                        grants(),
                        e)
                : failed("ask for the binlog", e);
    }

    /** The rows of a table must not be read. */
    SourceException unreadable(TableId table, SQLException e) {
        return configuration(
                "Cannot read the rows of '%s' on %s: %s".formatted(table, options.target(), text(e)), grants(), e);
    }

    /**
     * The server ended the stream with an error, or did not start it.
     *
     * @param position where the stream began or is; null when not known
     */
    SourceException reading(SQLException e, @Nullable BinlogPosition position) {
        if (isEvicted(e)) {
            return evicted(e);
        }
        if (e.getErrorCode() != BINLOG_UNREADABLE) {
            return failed("read the binlog", e);
        }
        return new DumpErrors(options, lost).of(e, position);
    }

    /** Whether the server ended the stream because another reader or replica connected with the same id. */
    static boolean isEvicted(SQLException e) {
        return e.getErrorCode() == 4052
                || (e.getErrorCode() == BINLOG_UNREADABLE && text(e).contains("same server_uuid/server_id"));
    }

    private SourceException evicted(SQLException e) {
        return new SourceException(
                FailureKind.IN_USE,
                "Server id %d is in use on %s: %s".formatted(options.serverId(), options.target(), text(e)),
                "Give each reader and each replica of the server an id of its own: " + options.key("server-id"),
                e);
    }

    /** The stream ended or fell silent. */
    SourceException streamBroken(IOException e) {
        return SourceException.transientFailure(
                "The binlog connection to %s is broken: %s".formatted(options.target(), text(e)), e);
    }

    private Remedy missingDatabase() {
        String database = options.database();
        Remedy create =
                database == null ? Remedy.words("") : Remedy.sql("CREATE DATABASE %s;".formatted(Sql.quoted(database)));
        return create.say("Create the database, or correct " + options.key("database"));
    }

    /** Whether the user must not do it. */
    static boolean isMissingRight(SQLException e) {
        return switch (e.getErrorCode()) {
            case 1044, 1142, 1143, 1227, 1370 -> true;
            default -> false;
        };
    }

    /** What the user must be allowed. */
    private String grants() {
        return Remedies.grants(options.flavor(), "<user>")
                .say("As an administrator; <user> is the one of " + options.key("user"))
                .text();
    }

    private String authenticationAction(int code) {
        String user = options.key("user");
        return switch (code) {
            case 1820, 1862 ->
                "Give the user of %s a new password: ALTER USER <user> IDENTIFIED BY '...' PASSWORD EXPIRE NEVER; and set %s"
                        .formatted(user, options.key("password"));
            case 3118, 3955, 4151 -> "Unlock the user of %s: ALTER USER <user> ACCOUNT UNLOCK;".formatted(user);
            case 1130 ->
                "Create the user of %s for the host from which this application connects, or for '%%'".formatted(user);
            default ->
                "Check %s and %s, for which hosts the user exists (SELECT user, host FROM mysql.user;), and whether it must use TLS or a client certificate (REQUIRE SSL, REQUIRE X509)"
                        .formatted(user, options.key("password"));
        };
    }

    private SourceException keyNotTold(SQLException e) {
        return configuration(
                "%s wants the password encrypted with its RSA key, since the connection has no TLS, and the key is not known here"
                        .formatted(options.target()),
                "Use TLS: %s: tls. Or, where nobody can stand in between, let the server tell its key: %s: true"
                        .formatted(options.key("transport.mode"), options.key("allow-public-key-retrieval")),
                e);
    }

    static SourceException configuration(String message, String action, Throwable cause) {
        return new SourceException(FailureKind.CONFIGURATION, message, action, cause);
    }

    private static boolean isConnectionLost(SQLException e) {
        return e.getSQLState() != null && e.getSQLState().startsWith("08");
    }

    static String text(Throwable failure) {
        return CONNECTION_NUMBER.matcher(Causes.text(failure)).replaceAll("");
    }
}
