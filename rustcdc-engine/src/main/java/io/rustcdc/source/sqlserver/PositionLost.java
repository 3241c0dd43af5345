package io.rustcdc.source.sqlserver;

import io.rustcdc.event.FailureKind;
import io.rustcdc.event.TableId;
import io.rustcdc.source.SourceException;

/** The ways in which a checkpoint and the change tables can have come apart. Each says what was found and what to do. */
final class PositionLost {

    private final SqlServerOptions options;

    PositionLost(SqlServerOptions options) {
        this.options = options;
    }

    /** The clean-up has removed what comes next. */
    SourceException purged(CaptureInstance instance, Lsn done) {
        return lost(
                "the change table of capture instance '%s' (table '%s') begins at %s, and checkpoint=%s lies before it: changes are no longer retained"
                        .formatted(instance.name(), instance.table(), instance.start(), done),
                "Changes were kept for a shorter time than this source did not read. For the next time: "
                        + Remedies.raiseRetention().text());
    }

    /** The instance is not the one that was read. */
    SourceException createdAgain(TableId table, CaptureInstance instance, Lsn done) {
        return lost(
                "table '%s' was read from another capture instance up to checkpoint=%s, the present one ('%s' of %s) begins at %s: what happened in between is in neither"
                        .formatted(table, done, instance.name(), instance.created(), instance.start()),
                "Change data capture of the table was disabled and enabled again, the table was created again, or this is another database. To change the captured columns without a gap, make a second capture instance before the first one is removed.");
    }

    /** The database has not got as far as the checkpoint. */
    SourceException ahead(Lsn done, Object max) {
        return lost(
                "checkpoint=%s lies behind the newest captured change of the database (%s)".formatted(done, max),
                "The database was restored from an older backup, lost its last transactions in a failover, or is another one. Listeners may have seen changes that do not exist here. If it is the wrong one, correct %s, %s and %s, and start."
                        .formatted(options.key("host"), options.key("instance-name"), options.key("database")));
    }

    private SourceException lost(String found, String remedy) {
        return new SourceException(
                FailureKind.POSITION_LOST,
                "sqlserver checkpoint/change table divergence for source '%s' on %s: %s"
                        .formatted(options.sourceName(), options.target(), found),
                remedy + " " + choices(options.sourceName()),
                null);
    }

    private static String choices(String source) {
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
