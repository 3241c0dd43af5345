package io.rustcdc.source.postgres;

import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Remedy;
import io.rustcdc.event.TableId;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.Transport;
import io.rustcdc.source.internal.Causes;
import io.rustcdc.source.postgres.PostgresSocket.SilentServerException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/**
 * Tells what can be done about a failure of the driver or the server, by SQLSTATE (manual, appendix A) and never by the
 * wording of a message where it may be translated.
 */
final class PostgresErrors {

    private static final String UNDEFINED_OBJECT = "42704";
    private static final String NOT_IN_PREREQUISITE_STATE = "55000";
    private static final String PROTOCOL_VIOLATION = "08P01";
    private static final Pattern ACTIVE_PID = Pattern.compile("PID (\\d+)");

    /** A segment's name, which no translation of a message changes. */
    private static final Pattern WAL_SEGMENT = Pattern.compile("\\b[0-9A-F]{24}\\b");

    private final PostgresOptions options;
    private final Divergence divergence;
    private final AtomicBoolean slotUnreadable;

    PostgresErrors(PostgresOptions options) {
        this(options, new AtomicBoolean());
    }

    private PostgresErrors(PostgresOptions options, AtomicBoolean slotUnreadable) {
        this.options = options;
        this.divergence = new Divergence(options);
        this.slotUnreadable = slotUnreadable;
    }

    /** The same about one of the servers. */
    PostgresErrors at(PostgresOptions oneServer) {
        return new PostgresErrors(oneServer, slotUnreadable);
    }

    /**
     * A connection could not be made.
     *
     * @param ticket how far it came
     * @param passwordGiven whether there was a password to offer
     */
    SourceException connecting(SQLException e, ConnectTicket ticket, boolean passwordGiven) {
        String target = options.server();
        if (Causes.first(e, SilentServerException.class) != null
                || Causes.first(e, SocketTimeoutException.class) != null) {
            return SourceException.transientFailure(
                    "%s did not complete the connection within %s".formatted(target, limit(ticket.budget())), e);
        }
        if (Causes.first(e, UnknownHostException.class) != null) {
            return SourceException.transientFailure(
                    "Cannot connect to %s: the host name cannot be resolved".formatted(target), e);
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
            SourceException refused = new TlsErrors(options).of(e, ticket);
            if (refused != null) {
                return refused;
            }
        }
        if (Causes.first(e, IOException.class) != null) {
            return SourceException.transientFailure("Cannot connect to %s: %s".formatted(target, text(e)), e);
        }
        return refusedByDriver(e, target, passwordGiven);
    }

    private String limit(Duration budget) {
        Duration timeout = options.connTimeout();
        String whole = "%s = %d s".formatted(options.key("conn-timeout"), timeout.toSeconds());
        return budget.equals(timeout) ? whole : "%d ms, its share of %s".formatted(budget.toMillis(), whole);
    }

    /** The two connections of a stream do not lead to one server. */
    SourceException twoServers(String checked, String read) {
        return new SourceException(
                FailureKind.TRANSIENT,
                "Two connections to %s reached two servers, started at %s and at %s"
                        .formatted(options.server(), checked, read),
                "After a failover this mends itself. Else the address leads to several servers at once, such as a load balancer: set %s to the servers themselves, with commas"
                        .formatted(options.key("host")),
                null);
    }

    /** The rows of a table must not be read. */
    SourceException unreadable(TableId table, SQLException e) {
        return configuration(
                "Cannot read the rows of '%s' on %s: %s".formatted(table, options.target(), text(e)),
                "As the table's owner: GRANT USAGE ON SCHEMA %s TO <user>; GRANT SELECT ON %s TO <user>;"
                                .formatted(
                                        ServerChecks.quoted(String.valueOf(table.schema())),
                                        SnapshotCatalog.quoted(table))
                        + " Where the message is about row-level security, as a superuser: ALTER ROLE <user> BYPASSRLS;"
                        + " <user> is the one of " + options.key("user"),
                e);
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
                            + "which also cover logical replication). Where it asks for a client certificate: set %s and %s, or %s"
                                    .formatted(
                                            options.key("transport.client-cert-path"),
                                            options.key("transport.client-key-path"),
                                            options.key("transport.ssl-bundle")),
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
        slotUnreadable.set(true);
        return divergence.unreadableThroughPublication(text(e), e);
    }

    /** The log of the slot is gone, or a file of the server's installation is. */
    private SourceException fileMissing(String message, SQLException e) {
        if (WAL_SEGMENT.matcher(text(e)).find()) {
            slotUnreadable.set(true);
            return divergence.walRemoved(text(e), e);
        }
        return new SourceException(
                FailureKind.TERMINAL, message, "Look at the server's log and installation, then start again", e);
    }

    /** The ways to say that the position is lost. */
    Divergence divergence() {
        return divergence;
    }

    /** Whether the last try to read the slot, which is there and looks sound, failed for good. */
    boolean isSlotUnreadable() {
        return slotUnreadable.get();
    }

    /** It is new, or something was read from it: then what it needed is there again, or no longer needed. */
    void slotReadable() {
        slotUnreadable.set(false);
    }

    /**
     * @param lastLsn of the last change that was read
     * @param commitLsn of the transaction that is being read, 0 outside of one
     */
    OversizedChange.Place place(long lastLsn, long commitLsn) {
        return new OversizedChange.Place(options, lastLsn, commitLsn);
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
        return SourceException.of(
                FailureKind.IN_USE,
                "Replication slot '%s' on %s is in use%s"
                        .formatted(slot, options.target(), holder == null ? "" : " by PID " + holder),
                Remedy.sql("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '%s';"
                                .formatted(slot))
                        .say(
                                "That ends the other session, which may come back: stop the other reader, or give this source a slot of its own with %s"
                                        .formatted(options.key("replication-slot-name"))),
                cause);
    }

    /** The driver itself said no, without a network failure: to the kind of authentication or to a setting. */
    private SourceException refusedByDriver(SQLException e, String target, boolean passwordGiven) {
        if (text(e).contains("scramMaxIterations")) {
            return configuration(
                    "%s asks for more than %d rounds of SCRAM, which are refused: %s"
                            .formatted(target, DriverProperties.MAX_SCRAM_ITERATIONS, text(e)),
                    "If the server is yours: SET scram_iterations = 4096; then set the role's password anew",
                    e);
        }
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

    static String text(Throwable failure) {
        return Causes.text(failure);
    }

    /** How long a server may be silent while an answer is awaited, given the time it may work on the answer. */
    static Duration silenceFor(Duration work) {
        return work.plusSeconds(5);
    }
}
