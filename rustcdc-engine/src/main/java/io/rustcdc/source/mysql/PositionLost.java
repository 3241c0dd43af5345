package io.rustcdc.source.mysql;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.SourceException;
import org.jspecify.annotations.Nullable;

/**
 * The ways in which a checkpoint and the binlog can have come apart, in the words of the operators' runbook. Each says what was
 * found and what to do: first what mends the cause, then how to go on without what is missing.
 */
final class PositionLost {

    private final MySqlOptions options;

    PositionLost(MySqlOptions options) {
        this.options = options;
    }

    /** @param missing what the checkpoint lacks and the server has removed */
    SourceException transactionsPurged(MySqlOffset saved, GtidSet missing) {
        return lost(
                "the server has purged transactions that the checkpoint does not have: missing=%s, checkpoint=%s"
                        .formatted(missing, shown(saved)),
                retention()
                        + " If another server of the same replication still has them, set %s and %s to that one."
                                .formatted(options.key("host"), options.key("port")),
                null);
    }

    /** @param surplus what the checkpoint has and the server does not */
    SourceException transactionsUnknown(MySqlOffset saved, GtidSet surplus, Origin server) {
        return lost(
                "the checkpoint has transactions that the server (%s) has not executed: surplus=%s, checkpoint=%s of %s"
                        .formatted(server, surplus, shown(saved), saved.origin()),
                "The server is another one, was restored from an older backup, was reset (%s), lost its last transactions in a crash (sync_binlog other than 1), or was promoted before it had received all. Listeners may have seen changes that do not exist here. "
                                .formatted(resetStatement())
                        + wrongServer(),
                null);
    }

    SourceException filePurged(MySqlOffset saved, BinlogFiles files) {
        return lost(
                "binlog file of checkpoint=%s was purged, the server has %s".formatted(place(saved), files),
                retention(),
                null);
    }

    SourceException fileUnknown(MySqlOffset saved, BinlogFiles files) {
        return lost(
                "binlog file of checkpoint=%s does not exist, the server has %s".formatted(place(saved), files),
                "The server was reset (%s), restored, or its files got another name (log_bin), or it is another server. "
                                .formatted(resetStatement())
                        + wrongServer(),
                null);
    }

    SourceException beyondTheFile(MySqlOffset saved, BinlogFiles.File file) {
        return lost(
                "checkpoint=%s lies beyond the end of the file, which has %d bytes"
                        .formatted(place(saved), file.size()),
                "The server was reset (%s), restored, or lost the end of its log in a crash (sync_binlog other than 1). "
                                .formatted(resetStatement())
                        + wrongServer(),
                null);
    }

    SourceException otherServer(MySqlOffset saved, Origin server) {
        return lost(
                "checkpoint=%s is a place in a file of the server with %s, this one has %s"
                        .formatted(place(saved), saved.origin(), server),
                "Files of two servers have nothing in common, also after a failover; only a checkpoint with GTIDs can move on to a replica. "
                        + (options.flavor() == Flavor.MYSQL
                                ? "For the next time: gtid_mode = ON and enforce_gtid_consistency = ON on all servers. "
                                : "")
                        + wrongServer(),
                null);
    }

    /** @param found what the server says about it */
    SourceException noPlace(@Nullable Object position, String found, @Nullable Throwable cause) {
        return lost(
                "no event begins at checkpoint=%s: %s".formatted(position, found),
                "The position was written by hand, the server was reset (%s) or restored, or the file is damaged. If it was written by hand, correct it: SHOW BINLOG EVENTS IN '<file>'; shows where events begin."
                        .formatted(resetStatement()),
                cause);
    }

    /** The server itself said so, when the stream was to start or a file ended. */
    SourceException refused(String text, Throwable cause) {
        return lost("the server says: " + text, retention() + " " + wrongServer(), cause);
    }

    /** The transaction of which rows are done is not what it was. */
    SourceException insideTransaction(MySqlOffset saved, String found) {
        return lost(
                "checkpoint=%s has %d rows of a transaction%s done, but %s"
                        .formatted(
                                saved.text(),
                                saved.txChangesDone(),
                                saved.txGtid() == null ? "" : " (" + saved.txGtid() + ")",
                                found),
                "The server was reset (%s) or restored, or the checkpoint was changed by hand."
                        .formatted(resetStatement()),
                null);
    }

    private String retention() {
        return "Binlogs were kept for a shorter time than this source did not read: raise binlog_expire_logs_seconds%s, and look at scripts that run PURGE BINARY LOGS."
                .formatted(options.flavor() == Flavor.MARIADB ? " (MariaDB 10.5: expire_logs_days)" : "");
    }

    private String wrongServer() {
        return "If it is the wrong server, correct %s and %s, and start."
                .formatted(options.key("host"), options.key("port"));
    }

    private String resetStatement() {
        return options.flavor() == Flavor.MYSQL ? "RESET MASTER, RESET BINARY LOGS AND GTIDS" : "RESET MASTER";
    }

    private static String shown(MySqlOffset saved) {
        return saved.executed().isEmpty() ? saved.text() : saved.executed().toString();
    }

    private static String place(MySqlOffset saved) {
        return String.valueOf(saved.position());
    }

    private SourceException lost(String found, String remedy, @Nullable Throwable cause) {
        return new SourceException(
                FailureKind.POSITION_LOST,
                "%s checkpoint/binlog divergence for source '%s' on %s: %s"
                        .formatted(options.flavor().type(), options.sourceName(), options.target(), found),
                remedy + " " + choices(options.sourceName()),
                cause);
    }

    /** How to go on when nothing brings the position back. */
    static String choices(String source) {
        return ("Else accept the gap once: POST {\"action\": \"accept-gap\"} to /actuator/cdc/%1$s (needs"
                        + " management.endpoint.cdc.access=unrestricted), or CdcEngine.acceptGap. The source then goes on with the"
                        + " oldest change that can still be read. What is missing is not delivered, so then have the rows read"
                        + " again where that matters: POST {\"action\": \"snapshot\", \"tables\": \"*\"} to /actuator/cdc/%1$s, or"
                        + " CdcEngine.snapshots().request. The setting on-position-lost: resnapshot does both by itself. Or reset:"
                        + " stop the source, remove the checkpoint, start; unless snapshot.mode is never, that reads all rows"
                        + " again. Either way, rows that were deleted in between stay in copies of the tables.")
                .formatted(source);
    }
}
