package io.rustcdc.runtime;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.event.CdcException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides whether a source that has lost its position mends that by itself. For the reader thread. */
final class LostPosition {

    private static final Logger logger = LoggerFactory.getLogger(LostPosition.class);

    /** Who accepts the gap, for the log. */
    static final String REQUESTED_BY = "the setting on-position-lost: resnapshot";

    private final String source;
    private final OnPositionLost wish;
    private final CheckpointWriter checkpoints;

    LostPosition(String source, OnPositionLost wish, CheckpointWriter checkpoints) {
        this.source = source;
        this.wish = wish;
        this.checkpoints = checkpoints;
    }

    /**
     * Returns if the source may go on behind the gap by itself. That is not so when the mending of the last gap did not come
     * to its end: then the same would happen again and again.
     *
     * @throws CdcException the failure
     */
    void requireMendable(CdcException failure) {
        if (wish == OnPositionLost.FAIL) {
            throw failure;
        }
        SnapshotState rows = checkpoints.rows();
        boolean recovering = rows != null && rows.recovering();
        if (checkpoints.isBehindGap() || recovering) {
            throw new CdcException(
                    failure.kind(),
                    failure.description(),
                    "%s'on-position-lost' is resnapshot, but %s. So this is not tried again without you."
                            .formatted(
                                    failure.action() == null ? "" : failure.action() + " ",
                                    recovering
                                            ? "the position was lost again before all rows were delivered that the last gap made necessary; if the server removes its log faster than they can be read, give it more room (max_slot_wal_keep_size)"
                                            : "the new start behind the gap was lost, too"),
                    failure);
        }
    }

    /** Accepts the gap; only while nothing is on its way to be saved. */
    void mend() {
        logger.warn(
                "Source '{}' has lost its position. Since on-position-lost is resnapshot, it goes on where it can and reads all of its tables again. Rows that were deleted in between are not reported: they stay in copies of the tables",
                source);
        checkpoints.acceptGap(REQUESTED_BY, true);
    }
}
