package io.rustcdc.source.postgres;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.SourceException;
import java.sql.SQLException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A change that is too large for one of the two ends. The server puts each into one message of at most 1 GB; we take each in
 * as one piece of the heap. Reading again meets it again, so this is the end until somebody decides.
 */
final class OversizedChange {

    /** The message would be larger than the server's largest piece of memory (appendix A). */
    private static final String PROGRAM_LIMIT_EXCEEDED = "54000";

    private static final String INTERNAL_ERROR = "XX000";

    /** The server's text for a single value beyond that; an internal error, so it is never translated. */
    private static final String INVALID_ALLOCATION = "invalid memory alloc request size";

    private static final long MEGABYTE = 1 << 20;

    private OversizedChange() {}

    /**
     * Where a stream was when it met the change.
     *
     * @param lastLsn of the last change before it
     * @param commitLsn at which its transaction commits; 0 outside of a transaction
     */
    record Place(PostgresOptions options, long lastLsn, long commitLsn) {

        /** The command that makes the server leave the transaction out. */
        private String skip() {
            return "SELECT pg_replication_slot_advance('%s', '%s');"
                    .formatted(
                            options.replicationSlotName(),
                            commitLsn == 0 ? "<an LSN behind its commit>" : Lsn.format(commitLsn + 1));
        }

        @Override
        public String toString() {
            return commitLsn == 0
                    ? "after LSN %s of %s".formatted(Lsn.format(lastLsn), options.target())
                    : "after LSN %s of %s, in the transaction that commits at %s"
                            .formatted(Lsn.format(lastLsn), options.target(), Lsn.format(commitLsn));
        }
    }

    /** The failure, if it is that the server cannot send a change; else null. */
    static @Nullable SourceException atServer(SQLException e, Place place) {
        String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        boolean tooLarge = PROGRAM_LIMIT_EXCEEDED.equals(e.getSQLState())
                || (INTERNAL_ERROR.equals(e.getSQLState()) && text.contains(INVALID_ALLOCATION));
        if (!tooLarge) {
            return null;
        }
        return new SourceException(
                FailureKind.TERMINAL,
                "The server cannot send the change %s: it is beyond the limit of 1 GB for one message: %s"
                        .formatted(place, e.getMessage()),
                """
                The limit counts the whole row in its text form, in which a bytea takes twice its size. To go on without \
                this transaction: stop the source, move the slot past it (%s), start the source, and accept the gap that it \
                reports (POST {"action": "accept-gap"} to /actuator/cdc/%s, or CdcEngine.acceptGap). Then have read again what \
                the transaction changed (POST {"action": "snapshot", "tables": "<its tables>"} to the same address). For the future, publish the table with a column list that leaves the large column out \
                (PostgreSQL 15 or later; it counts for changes made afterwards).""".formatted(place.skip(), place.options().sourceName()),
                e);
    }

    /**
     * A message did not fit into our heap.
     *
     * @param size of the message in bytes, 0 when not known
     */
    static SourceException inHeap(OutOfMemoryError e, long size, Place place) {
        Runtime runtime = Runtime.getRuntime();
        long heap = runtime.maxMemory();
        long free = heap - (runtime.totalMemory() - runtime.freeMemory());
        return new SourceException(
                FailureKind.TERMINAL,
                "The change %s does not fit into the heap: %s, the heap has at most %d MB, of which about %d MB are free"
                        .formatted(
                                place,
                                size == 0 ? "its size is not known" : "its message has %d bytes".formatted(size),
                                heap / MEGABYTE,
                                free / MEGABYTE),
                """
                Give the application a larger heap (-Xmx): a change is in it as one piece, once more while the next one is \
                read, and once more in the listener that reads its values. Then start again: the source continues from \
                its checkpoint. If rows of that size are not wanted, publish the table with a column list that leaves the \
                large column out (PostgreSQL 15 or later; it counts for changes made afterwards).""",
                e);
    }
}
