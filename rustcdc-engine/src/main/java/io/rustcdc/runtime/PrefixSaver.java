package io.rustcdc.runtime;

import io.rustcdc.checkpoint.LeaseLostException;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Offset;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.runtime.AckWindow.Prefix;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes acknowledged prefixes durable and, after that, lets the reader confirm them. For the delivery thread. */
final class PrefixSaver {

    private static final Logger logger = LoggerFactory.getLogger(PrefixSaver.class);

    /** The end of a transaction without changes for us is not worth a write of its own more often than this. */
    private static final Duration QUIET_SAVE_INTERVAL = Duration.ofSeconds(30);

    private final EventSource source;
    private final RunParts parts;
    private final EngineObserver observer;
    private long lastSave = System.nanoTime();
    private boolean savedInsideTransaction;

    PrefixSaver(EventSource source, RunParts parts, EngineObserver observer) {
        this.source = source;
        this.parts = parts;
        this.observer = observer;
    }

    /**
     * Whether the lease is held: asked before each batch, so an instance that was frozen delivers one at most that another has
     * delivered. Asks again and again while that cannot be found out.
     *
     * @return false when a stop, a pause or a lost connection came first
     * @throws LeaseLostException if it is another's
     */
    boolean confirmLease() {
        Backoff backoff = Backoff.brisk();
        boolean failed = false;
        while (true) {
            try {
                parts.checkpoints().confirmLease();
                if (failed) {
                    parts.vitals().saveRecovered();
                }
                return true;
            } catch (CdcException e) {
                failed = true;
                if (!canRetry(e, backoff) || parts.handoff().mustYield()) {
                    return false;
                }
            }
        }
    }

    /** The lease is another's, and so is what comes after the last save. */
    void lost(LeaseLostException reason) {
        logger.info("Source '{}': what was delivered last was not saved: {}", source.name(), reason.getMessage());
    }

    /** When something was saved last, by {@link System#nanoTime()}. */
    long lastSave() {
        return lastSave;
    }

    boolean isDue(Prefix prefix, boolean atEnd) {
        if (prefix.isWorthSaving()) {
            return true;
        }
        return prefix.offset() != null
                && (atEnd || savedInsideTransaction || System.nanoTime() - lastSave > QUIET_SAVE_INTERVAL.toNanos());
    }

    /**
     * Saves, again and again while that may help. Nothing is delivered meanwhile.
     *
     * @return false when a stop came first: nothing is lost, it will be delivered again
     */
    boolean save(Prefix prefix) {
        Backoff backoff = Backoff.brisk();
        while (true) {
            try {
                parts.vitals().saving();
                return parts.checkpoints().save(prefix);
            } catch (CdcException e) {
                if (!canRetry(e, backoff)) {
                    return false;
                }
            }
        }
    }

    /**
     * Tells of a failure and waits until the next try.
     *
     * @return false when a stop came first
     * @throws CdcException the failure, if another try cannot help
     */
    boolean canRetry(CdcException failure, Backoff backoff) {
        if (failure instanceof LeaseLostException lost) {
            throw lost; // no failure: another instance goes on
        }
        tell(failure);
        if (failure.kind() != FailureKind.TRANSIENT) {
            throw failure;
        }
        return parts.handoff().awaitUnlessStopped(backoff.next());
    }

    void tell(CdcException failure) {
        observer.checkpointFailed(source, failure);
        parts.vitals().saveFailed(failure);
    }

    /** The prefix is durable: the source may be told. */
    void saved(Prefix prefix, @Nullable Instant waitingSince) {
        prefix.announceSaved();
        parts.vitals().saved(prefix.changes(), waitingSince);
        lastSave = System.nanoTime();
        savedInsideTransaction = prefix.endsInsideTransaction();
        Offset offset = prefix.offset();
        if (offset != null) {
            parts.toConfirm().set(offset);
        }
    }
}
