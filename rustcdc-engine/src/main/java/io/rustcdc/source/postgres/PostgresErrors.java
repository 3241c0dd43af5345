package io.rustcdc.source.postgres;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.Transport;
import io.rustcdc.source.postgres.PostgresSocket.SilentServerException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/**
 * Tells what can be done about a failure of the driver or the server, by SQLSTATE (manual, appendix A) and never by the
 * wording of a message where it may be translated.
 */
final class PostgresErrors {

    /** The driver's own no: to a missing password or to a kind of authentication. */
    private static final String REJECTED = "08004";

    private static final String UNDEFINED_OBJECT = "42704";
    private static final String NOT_IN_PREREQUISITE_STATE = "55000";
    private static final String PROTOCOL_VIOLATION = "08P01";
    private static final Pattern ACTIVE_PID = Pattern.compile("PID (\\d+)");
    private static final Pattern URL_USER_INFO = Pattern.compile("(?i)(://[^:/@\\s]+:)[^@\\s]+@");
    private static final Pattern SECRET_PARAMETER =
            Pattern.compile("(?i)\\b(password|passwd|pwd|sslpassword)(\"?\\s*[=:]\\s*\"?)[^\\s,;&\"]+");

    /** A segment's name, which no translation of a message changes. */
    private static final Pattern WAL_SEGMENT = Pattern.compile("\\b[0-9A-F]{24}\\b");

    private final PostgresOptions options;
    private final Divergence divergence;
    private volatile boolean slotUnreadable;

    PostgresErrors(PostgresOptions options) {
        this.options = options;
        this.divergence = new Divergence(options);
    }

    /**
     * A connection could not be made.
     *
     * @param firstByte the first byte the server sent, -1 for none
     * @param passwordGiven whether there was a password to offer
     */
    SourceException connecting(SQLException e, int firstByte, boolean passwordGiven) {
        String target = options.host() + ":" + options.port();
        if (cause(e, SilentServerException.class) != null || cause(e, SocketTimeoutException.class) != null) {
            return SourceException.transientFailure(
                    "%s did not complete the connection within %s = %d s"
                            .formatted(
                                    target,
                                    options.key("conn-timeout"),
                                    options.connTimeout().toSeconds()),
                    e);
        }
        if (sentByServer(e) && PROTOCOL_VIOLATION.equals(e.getSQLState())) {
            return configuration(
                    "%s refuses the connection: %s".formatted(target, text(e)),
                    "Connect to the server itself (%s, %s): a connection pooler does not pass replication on"
                            .formatted(options.key("host"), options.key("port")),
                    e);
        }
        if (sentByServer(e)) {
            return failed("connect to " + target, e);
        }
        if (options.transport().mode() == Transport.Mode.TLS) {
            SourceException refused = tlsFailure(e, target, firstByte);
            if (refused != null) {
                return refused;
            }
        }
        if (cause(e, IOException.class) != null) {
            return SourceException.transientFailure("Cannot connect to %s: %s".formatted(target, text(e)), e);
        }
        return refusedByDriver(e, target, passwordGiven);
    }

    /** A statement or the stream failed. */
    SourceException failed(String doing, SQLException e) {
        String message = "Cannot %s on %s: %s".formatted(doing, options.target(), text(e));
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        if (state.equals("55006")) {
            return slotInUse(pidIn(e), e);
        }
        if (state.equals("58P01")) {
            return fileMissing(message, e);
        }
        if (state.startsWith("28")) {
            return new SourceException(
                    FailureKind.AUTHENTICATION,
                    message,
                    "Check %s and %s, and that pg_hba.conf lets this user in (connections of type 'host' to the database, "
                                    .formatted(options.key("user"), options.key("password"))
                            + "which also cover logical replication)",
                    e);
        }
        if (state.equals("42501")) {
            return configuration(message, "Grant what the message names to the user of " + options.key("user"), e);
        }
        if (state.equals("3D000")) {
            return configuration(message, "Correct %s".formatted(options.key("database")), e);
        }
        if (state.equals("53400")) {
            return configuration(
                    message,
                    "Drop a replication slot nobody needs (SELECT slot_name, active FROM pg_replication_slots) or raise "
                            + "max_replication_slots and restart the server",
                    e);
        }
        if (state.startsWith("42")) {
            return configuration(message, "Check the server's version and the role's rights", e);
        }
        return SourceException.transientFailure(message, e);
    }

    /** START_REPLICATION was refused, after the slot had been looked at. */
    SourceException starting(SQLException e) {
        return UNDEFINED_OBJECT.equals(e.getSQLState()) ? divergence.slotVanished(e) : failed("start to stream", e);
    }

    /** The server ended the stream with an error. */
    SourceException reading(SQLException e) {
        return UNDEFINED_OBJECT.equals(e.getSQLState())
                ? publicationMissing(e)
                : failed("read the replication stream", e);
    }

    /**
     * The server warned while it decoded. Since version 18 it skips the changes of a publication that did not exist when they
     * were made, and says no more than this; before, it ended the stream.
     *
     * @return null when the warning says nothing of lost changes
     */
    @Nullable
    SourceException warned(SQLWarning warning) {
        for (SQLWarning next = warning; next != null; next = next.getNextWarning()) {
            if (NOT_IN_PREREQUISITE_STATE.equals(next.getSQLState())) {
                return publicationMissing(next);
            }
        }
        return null;
    }

    private SourceException publicationMissing(SQLException e) {
        slotUnreadable = true;
        return divergence.unreadableThroughPublication(text(e), e);
    }

    /** The log of the slot is gone, or a file of the server's installation is. */
    private SourceException fileMissing(String message, SQLException e) {
        if (WAL_SEGMENT.matcher(text(e)).find()) {
            slotUnreadable = true;
            return divergence.walRemoved(text(e), e);
        }
        return new SourceException(
                FailureKind.TERMINAL, message, "Look at the server's log and installation, then start again", e);
    }

    /** The ways to say that the position is lost. */
    Divergence divergence() {
        return divergence;
    }

    /** Whether reading the slot, which is there and looks sound, failed for good since it was created. */
    boolean isSlotUnreadable() {
        return slotUnreadable;
    }

    void slotCreated() {
        slotUnreadable = false;
    }

    /** The stream ended or fell silent. */
    SourceException streamBroken(IOException e) {
        return SourceException.transientFailure(
                "The replication connection to %s is broken: %s".formatted(options.target(), e.getMessage()), e);
    }

    /**
     * @param holder the process that reads the slot and what is known of it, null when not known
     */
    SourceException slotInUse(@Nullable String holder, @Nullable Throwable cause) {
        String slot = options.replicationSlotName();
        return new SourceException(
                FailureKind.IN_USE,
                "Replication slot '%s' on %s is in use%s"
                        .formatted(slot, options.target(), holder == null ? "" : " by PID " + holder),
                "Stop the other reader, or give this source a slot of its own with %s. To end the other session: SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '%s';"
                        .formatted(options.key("replication-slot-name"), slot),
                cause);
    }

    private @Nullable SourceException tlsFailure(SQLException e, String target, int firstByte) {
        if (firstByte == 'N' || firstByte == 'E') {
            return configuration(
                    "%s does not offer TLS; nothing was sent".formatted(target),
                    "Turn it on at the server (ssl = on, ssl_cert_file, ssl_key_file), or say that the connection may be readable to others: %s: plaintext"
                            .formatted(options.key("transport.mode")),
                    e);
        }
        boolean certificate = cause(e, CertificateException.class) != null
                || cause(e, CertPathValidatorException.class) != null
                || (firstByte == 'S' && cause(e, IOException.class) == null && !REJECTED.equals(e.getSQLState()));
        if (certificate) {
            return configuration(
                    "The certificate of %s is not accepted: %s".formatted(target, text(e)),
                    "Name the authority that signed it (%s), and connect with the host name that the certificate carries (%s)"
                            .formatted(options.key("transport.ca-cert-path"), options.key("host")),
                    e);
        }
        return null;
    }

    /** The driver itself said no, without a network failure: to the kind of authentication or to a setting. */
    private SourceException refusedByDriver(SQLException e, String target, boolean passwordGiven) {
        if (!passwordGiven) {
            return new SourceException(
                    FailureKind.AUTHENTICATION,
                    "%s asks for a password and none is configured: %s".formatted(target, text(e)),
                    "Set " + options.key("password"),
                    e);
        }
        if (String.valueOf(e.getMessage()).contains("requireAuth")) {
            return configuration(
                    "%s asks for the password in clear text, which is refused over a plaintext connection"
                            .formatted(target),
                    "Use TLS (%s: tls), or change the method in pg_hba.conf from password to scram-sha-256"
                            .formatted(options.key("transport.mode")),
                    e);
        }
        return configuration(
                "Cannot connect to %s: %s".formatted(target, text(e)),
                "Check the settings of this source and the server's pg_hba.conf",
                e);
    }

    private static SourceException configuration(String message, String action, Throwable cause) {
        return new SourceException(FailureKind.CONFIGURATION, message, action, cause);
    }

    private static boolean sentByServer(SQLException e) {
        return e instanceof PSQLException server && server.getServerErrorMessage() != null;
    }

    private static @Nullable String pidIn(SQLException e) {
        Matcher matcher = ACTIVE_PID.matcher(text(e));
        return matcher.find() ? matcher.group(1) : null;
    }

    /** The message and those of its causes that add something, without secrets. */
    static String text(Throwable failure) {
        List<String> parts = new ArrayList<>();
        for (Throwable cause = failure; cause != null && parts.size() < 4; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage()).strip();
            if (parts.stream().noneMatch(part -> part.contains(message))) {
                parts.add(message);
            }
        }
        String text = String.join(": ", parts);
        text = URL_USER_INFO.matcher(text).replaceAll("$1***redacted***@");
        return SECRET_PARAMETER.matcher(text).replaceAll("$1$2***redacted***");
    }

    private static <T extends Throwable> @Nullable T cause(Throwable failure, Class<T> type) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < 20; depth++, cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        return null;
    }

    /** How long a server may be silent while an answer is awaited, given the time it may work on the answer. */
    static Duration silenceFor(Duration work) {
        return work.plusSeconds(5);
    }
}
