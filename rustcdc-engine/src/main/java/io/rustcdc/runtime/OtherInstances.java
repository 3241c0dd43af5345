package io.rustcdc.runtime;

import io.rustcdc.checkpoint.LeaseConflictException;
import io.rustcdc.checkpoint.LeaseLostException;
import io.rustcdc.checkpoint.Wish;
import io.rustcdc.event.CdcException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run owes to other instances of its source: to wait while one of them owns the lease, and to follow what an operator
 * wishes of all. Where the store is not shared, there are none. For the reader thread.
 */
final class OtherInstances {

    private static final Logger logger = LoggerFactory.getLogger(OtherInstances.class);

    private final String source;
    private final RunParts parts;
    private final SourceRun.Watch watch;
    private final FirstOutcome firstOutcome;
    private Wish followed = Wish.RUN;
    private boolean standingBy;

    OtherInstances(String source, RunParts parts, SourceRun.Watch watch, FirstOutcome firstOutcome) {
        this.source = source;
        this.parts = parts;
        this.watch = watch;
        this.firstOutcome = firstOutcome;
    }

    /** Whether nothing is to be captured now; waits a moment then. Called without a stream. */
    boolean isHeldBack() {
        boolean held = parts.checkpoints().wish() == Wish.STOP;
        if (held) {
            parts.checkpoints().leave();
            watch.state()
                    .heldBack(
                            "stopped on request, in all instances",
                            "To start the source, post the action start to the endpoint cdc of any instance.");
            awaitNext();
        }
        return held;
    }

    /** Looks at the wish while a stream is open; false when no instance is to capture. */
    boolean mayCapture() {
        parts.checkpoints().requireNotLost();
        Wish now = parts.checkpoints().wish();
        if (now != followed) {
            boolean pauses = now == Wish.PAUSE;
            if (pauses || followed == Wish.PAUSE) {
                parts.handoff().setPaused(pauses);
                watch.state().paused(pauses);
            }
            followed = now;
        }
        return now != Wish.STOP;
    }

    /** Whether the failure is that another instance owns the source, which ends by itself. */
    boolean isOthers(CdcException failure) {
        return parts.checkpoints().isShared()
                && (failure instanceof LeaseConflictException || failure instanceof LeaseLostException);
    }

    /** Gives up what this instance had, if it had the lease, and waits a moment. The stream is closed already. */
    void standBy(CdcException cause) throws InterruptedException {
        watch.state().standby(cause.description(), cause.action());
        if (cause instanceof LeaseLostException) {
            logger.warn("Source '{}': {}", source, cause.description());
            parts.handoff().fence(watch.health()::look);
            parts.toConfirm().set(null);
            parts.checkpoints().leave();
            standingBy = false;
        }
        if (!standingBy) {
            standingBy = true;
            logger.info("Source '{}' stands by: {}", source, cause.description());
        }
        awaitNext();
    }

    private void awaitNext() {
        watch.health().look();
        firstOutcome.started();
        parts.handoff().awaitUnlessStopped(parts.checkpoints().pollInterval());
    }
}
