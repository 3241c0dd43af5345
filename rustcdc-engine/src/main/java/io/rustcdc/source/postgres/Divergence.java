package io.rustcdc.source.postgres;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.SourceException;
import org.jspecify.annotations.Nullable;

/**
 * The ways in which a checkpoint, its slot and the server can have come apart, in the words of the operators' runbook. Each
 * says what was found and what to do: first what mends the cause, then how to go on without what is missing.
 */
final class Divergence {

    private final PostgresOptions options;

    Divergence(PostgresOptions options) {
        this.options = options;
    }

    SourceException slotMissing(PostgresOffset saved, ServerIdentity server) {
        int timeline = saved.slot().timeline();
        boolean promoted = timeline > 0 && timeline != server.timeline();
        String found = "slot does not exist, checkpoint=" + Lsn.format(saved.lsn());
        if (!promoted) {
            return lost(found, "The slot was dropped, and with it the server's promise to keep the log.", null);
        }
        return lost(
                found
                        + "; the server was promoted since, from timeline %d to %d"
                                .formatted(timeline, server.timeline()),
                "The standby that was promoted did not have the slot. PostgreSQL 17 and later keep it there: see"
                        + " sync_replication_slots, and %s.".formatted(options.key("failover-slot")),
                null);
    }

    /** It was there when it was looked at, and was gone when the stream was to start. */
    SourceException slotVanished(Throwable cause) {
        return lost("slot does not exist any more", "The slot was dropped a moment ago.", cause);
    }

    SourceException slotMoved(PostgresOffset saved, long confirmed) {
        return lost(
                "checkpoint=%s, slot=%s: the slot has moved on without this source"
                        .formatted(Lsn.format(saved.lsn()), Lsn.format(confirmed)),
                "The slot was moved by hand, read by another client, or dropped and created again; or an older checkpoint was"
                        + " restored. If a newer checkpoint exists, put it back and start.",
                null);
    }

    SourceException slotInvalidated(String reason) {
        return lost(
                "the server has invalidated the slot (%s)".formatted(reason),
                "An invalidated slot can never be read again. To keep it from happening: max_slot_wal_keep_size (wal_removed"
                        + " or wal_status lost) or idle_replication_slot_timeout (idle_timeout) was too small for how long"
                        + " this source did not read.",
                null);
    }

    SourceException walRemoved(String text, Throwable cause) {
        return lost(
                "the server no longer has the WAL that the slot needs: " + text,
                "Files of pg_wal were removed, or restored without the newest ones. If they exist in an archive, put them"
                        + " back and start.",
                cause);
    }

    SourceException unreadableThroughPublication(String text, Throwable cause) {
        return lost(
                "the slot holds changes from before the publication existed: " + text,
                "What was written while there was no publication '%s' cannot be read, even when it exists now. Create it if it does not exist."
                        .formatted(options.publicationName()),
                cause);
    }

    SourceException otherCluster(String systemId, ServerIdentity server) {
        return lost(
                "the checkpoint was saved on the cluster with system identifier %s, this one has %s"
                        .formatted(systemId, server.systemId()),
                "If this is the wrong server, correct %s and %s, and start."
                        .formatted(options.key("host"), options.key("port")),
                null);
    }

    SourceException beyondTheLog(long position, ServerIdentity server) {
        return lost(
                "checkpoint=%s lies beyond the end of the server's log at %s"
                        .formatted(Lsn.format(position), Lsn.format(server.walEnd())),
                "The server was restored from an older backup, or it is another copy of it. If it is the wrong one, correct %s and %s, and start."
                        .formatted(options.key("host"), options.key("port")),
                null);
    }

    SourceException foreignTimeline(int timeline, ServerIdentity server) {
        return lost(
                "the checkpoint was saved on timeline %d, which did not lead to the server's timeline %d"
                        .formatted(timeline, server.timeline()),
                "The server is an old primary or a branch of its own. If another server is the primary now, correct %s and %s, and start."
                        .formatted(options.key("host"), options.key("port")),
                null);
    }

    SourceException historyMissing(int timeline, String text, Throwable cause) {
        return lost(
                "whether the checkpoint of timeline %d lies on the server's way cannot be told: %s"
                        .formatted(timeline, text),
                "If an archive has the history file that the message names, put it back into pg_wal and start.",
                cause);
    }

    SourceException leftBefore(long position, int timeline, long left) {
        return lost(
                "checkpoint=%s was saved on timeline %d, which the server left at %s: changes that were delivered no longer exist"
                        .formatted(Lsn.format(position), timeline, Lsn.format(left)),
                "The promoted standby had not received all that was delivered from the old primary, so listeners have seen"
                        + " changes that are undone. synchronized_standby_slots (PostgreSQL 17 and later) prevents that.",
                null);
    }

    private SourceException lost(String found, String remedy, @Nullable Throwable cause) {
        String slot = options.replicationSlotName();
        return new SourceException(
                FailureKind.POSITION_LOST,
                "postgres checkpoint/slot divergence for slot '%s' on %s: %s".formatted(slot, options.target(), found),
                remedy + " " + choices(options.sourceName(), slot),
                cause);
    }

    /** How to go on when nothing brings the position back. */
    static String choices(String source, String slot) {
        return ("Else accept the gap once: POST {\"action\": \"accept-gap\"} to /actuator/cdc/%1$s (needs"
                        + " management.endpoint.cdc.access=unrestricted), or CdcEngine.acceptGap. What changed in between is not"
                        + " delivered, so then have the rows read again where that matters: POST {\"action\": \"snapshot\","
                        + " \"tables\": \"*\"} to /actuator/cdc/%1$s, or CdcEngine.snapshots().request. The setting"
                        + " on-position-lost: resnapshot does both by itself. Or reset: stop the source, drop the slot if it"
                        + " exists (SELECT pg_drop_replication_slot('%2$s');), remove the checkpoint, start; unless snapshot.mode"
                        + " is never, that reads all rows again. Either way, rows that were deleted in between stay in copies of"
                        + " the tables.")
                .formatted(source, slot);
    }
}
