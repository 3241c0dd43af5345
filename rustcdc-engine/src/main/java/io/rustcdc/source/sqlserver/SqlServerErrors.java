package io.rustcdc.source.sqlserver;

import io.rustcdc.event.FailureKind;
import io.rustcdc.event.TableId;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.TableGoneException;
import io.rustcdc.source.internal.Causes;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Tells what can be done about a failure of the driver or the server, by the server's own error numbers. */
final class SqlServerErrors {

    static final int NO_SUCH_OBJECT = 208;

    /** What the driver writes behind the server's words. */
    private static final Pattern CONNECTION_ID = Pattern.compile("\\s*ClientConnectionId:\\S+");

    private final SqlServerOptions options;

    SqlServerErrors(SqlServerOptions options) {
        this.options = options;
    }

    /** A connection could not be made. */
    SourceException connecting(SQLException e) {
        String target = options.target();
        if (e.getErrorCode() > 0) {
            return failed("connect", e);
        }
        if (Causes.first(e, UnknownHostException.class) != null) {
            return SourceException.transientFailure(
                    "Cannot connect to %s: the host name cannot be resolved".formatted(target), e);
        }
        if (Causes.first(e, SSLException.class) != null
                || Causes.first(e, CertificateException.class) != null
                || text(e).contains("PKIX path")) {
            return refusedCertificate(e);
        }
        if (Causes.first(e, SocketTimeoutException.class) != null || text(e).contains("timed out")) {
            return SourceException.transientFailure(
                    "%s did not complete the connection within %s = %d s: %s"
                            .formatted(
                                    target,
                                    options.key("conn-timeout"),
                                    options.connTimeout().toSeconds(),
                                    text(e)),
                    e);
        }
        return SourceException.transientFailure("Cannot connect to %s: %s".formatted(target, text(e)), e);
    }

    /** A certificate may be renewed while we run, as a password may be. */
    private SourceException refusedCertificate(SQLException e) {
        return new SourceException(
                FailureKind.AUTHENTICATION,
                "The TLS connection to %s did not come about: %s".formatted(options.target(), text(e)),
                "Name the authority that signed the server's certificate: %s (or %s), and connect by a name that the certificate carries (%s). A certificate that the server made for itself is another after each start; to take any certificate, which lets somebody in between read along: %s: true"
                        .formatted(
                                options.key("transport.ca-cert-path"),
                                options.key("transport.ssl-bundle"),
                                options.key("host"),
                                options.key("trust-server-certificate")),
                e);
    }

    /** A statement failed. */
    SourceException failed(String doing, SQLException e) {
        String message = "Cannot %s %s %s: %s"
                .formatted(doing, doing.equals("connect") ? "to" : "on", options.target(), text(e));
        return switch (e.getErrorCode()) {
            case 18452, 18456, 18470, 18486, 18487, 18488 ->
                new SourceException(
                        FailureKind.AUTHENTICATION,
                        message,
                        "Check %s and %s, and whether the login is enabled and its password has not expired (SELECT name, is_disabled FROM sys.sql_logins)"
                                .formatted(options.key("user"), options.key("password")),
                        e);
            case 4060, 911, 916 ->
                configuration(
                        message,
                        "Correct %s, or let the login in: USE %s; CREATE USER <user> FOR LOGIN <login>; <login> is the one of %s"
                                .formatted(
                                        options.key("database"),
                                        SqlServerSql.quoted(options.database()),
                                        options.key("user")),
                        e);
            case 229, 230 -> configuration(message, grants(), e);
            case 262, 297, 300, 371 -> configuration(message, stateGrant(), e);
            default -> SourceException.transientFailure(message, e);
        };
    }

    /** Nothing could be said about the state of the server or the database, since the user must not know it. */
    static boolean isMissingRight(SQLException e) {
        return switch (e.getErrorCode()) {
            case 229, 230, 262, 297, 300, 371, 916, NO_SUCH_OBJECT -> true;
            default -> false;
        };
    }

    /**
     * The rows of a table could not be read.
     *
     * @param condition under which they were being read; null for none
     */
    RuntimeException reading(TableId table, @Nullable String condition, SQLException e) {
        int code = e.getErrorCode();
        if (code == NO_SUCH_OBJECT && condition == null) {
            return new TableGoneException(table, "does not exist any more");
        }
        if ((code == 229 || code == 230) && condition == null) {
            return configuration(
                    "Cannot read the rows of '%s' on %s (error %d)".formatted(table, options.target(), code),
                    grantRows(table),
                    e);
        }
        if (condition != null && isAboutCondition(e)) {
            // Saved with the request, so a failure of the source would outlast every restart.
            return new TableGoneException(table, "cannot be read under its condition (error %d)".formatted(code));
        }
        return failed("read the rows of '%s'".formatted(table), e);
    }

    /** Syntax, names, rights and values. */
    private static boolean isAboutCondition(SQLException e) {
        return switch (e.getErrorCode()) {
            case 102, 105, 156, 170, 207, 208, 229, 230, 241, 245, 402, 4104, 4121, 4145, 8114, 8115, 8134 -> true;
            default -> false;
        };
    }

    /** What the user must be allowed for the changes. */
    private String grants() {
        return Remedies.readChanges(options.cdcSchema(), "<user>")
                .say("<user> is the one of " + options.key("user"))
                .text();
    }

    /** What the user must be allowed for the rows of a table. */
    private String grantRows(TableId table) {
        return Remedies.readRows(table, "<user>")
                .say("<user> is the one of " + options.key("user"))
                .text();
    }

    /** What the user should be allowed, to see how the capture process does. */
    String stateGrant() {
        return "GRANT VIEW DATABASE STATE TO <user>; <user> is the one of " + options.key("user");
    }

    static SourceException configuration(String message, String action, @Nullable Throwable cause) {
        return new SourceException(FailureKind.CONFIGURATION, message, action, cause);
    }

    static String text(Throwable failure) {
        return CONNECTION_ID.matcher(Causes.text(failure)).replaceAll("");
    }
}
