package io.rustcdc.runtime;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.delivery.Delivery;
import io.rustcdc.delivery.DeliveryAbortedException;
import io.rustcdc.delivery.DeliveryFailedException;
import io.rustcdc.delivery.PendingAcknowledgment;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Row;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.runtime.AckWindow.Prefix;
import io.rustcdc.runtime.AckWindow.Rows;
import io.rustcdc.runtime.AckWindow.Step;
import io.rustcdc.schema.AcknowledgedSchema;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The delivery thread: takes what has arrived, delivers it, saves the acknowledged prefix, and only then lets the reader
 * confirm it. Whatever line the process dies at, the saved offset covers nothing that was not acknowledged, and the
 * source was told nothing that was not saved.
 */
final class DeliveryLoop {

    /** The end of a transaction without changes for us is not worth a write of its own more often than this. */
    private static final Duration QUIET_SAVE_INTERVAL = Duration.ofSeconds(30);

    /**
     * A batch stays open for so long after the save before it, so that transactions which come fast share a save: it costs
     * two fsyncs on a disk that is often the database's own. Delivery never waits for it.
     */
    private static final long SAVE_SPACING_NANOS = Duration.ofMillis(10).toNanos();

    /** A batch ends after so long, between two changes, or a slow listener would be given much again after a crash. */
    private static final long LONGEST_BATCH_NANOS = Duration.ofMillis(250).toNanos();

    private final EventSource source;
    private final RunParts parts;
    private final Delivery delivery;
    private final EngineObserver observer;
    private final int maxEvents;
    private final AckWindow window = new AckWindow();
    private long lastSave = System.nanoTime();
    private boolean savedInsideTransaction;

    DeliveryLoop(EventSource source, RunParts parts, Delivery delivery, EngineObserver observer, int maxEvents) {
        this.source = source;
        this.parts = parts;
        this.delivery = delivery;
        this.observer = observer;
        this.maxEvents = maxEvents;
    }

    /**
     * Runs until the source is stopped, then saves what is acknowledged.
     *
     * @throws CdcException if a listener failed beyond its retries, after saving what was acknowledged before; or if a
     *     save is refused for good
     */
    void run() throws InterruptedException {
        Handoff handoff = parts.handoff();
        try {
            while (!handoff.isStopped()) {
                deliverBatch();
                saveAndConfirm(false);
                if (handoff.fenced()) {
                    window.clear();
                    delivery.startOver();
                    handoff.passFence();
                    parts.vitals().forgetUnsaved();
                }
            }
        } catch (DeliveryFailedException e) {
            saveAndConfirm(true);
            throw e;
        }
        saveAndConfirm(true);
    }

    /** What arrives until the next save is due, up to the limit. Ends early for a pause, a stop or a lost connection. */
    private void deliverBatch() throws InterruptedException {
        Handoff handoff = parts.handoff();
        int events = deliverAll(Long.MAX_VALUE, maxEvents);
        long open = nanosUntilSave();
        while (open > 0 && events < maxEvents && !handoff.mustYield()) {
            events += deliverAll(open, maxEvents - events);
            open = nanosUntilSave();
        }
    }

    private long nanosUntilSave() {
        Prefix prefix = window.acknowledged();
        boolean canWait = prefix.isWorthSaving()
                && !prefix.saveAtOnce()
                && parts.handoff().hasRoom();
        return canWait ? lastSave + SAVE_SPACING_NANOS - System.nanoTime() : 0;
    }

    /** As {@link #deliverArrivals}, to those listeners, too, that take batches. */
    private int deliverAll(long maxWaitNanos, int limit) throws InterruptedException {
        int events = deliverArrivals(maxWaitNanos, limit);
        try {
            delivery.flush();
        } catch (DeliveryAbortedException e) {
            // The source is being stopped: what the batch held is not acknowledged, and so not saved.
            return events;
        }
        return events;
    }

    /** Waits for the first entry and delivers what has arrived by then; returns the number of changes. */
    private int deliverArrivals(long maxWaitNanos, int limit) throws InterruptedException {
        Handoff handoff = parts.handoff();
        int events = 0;
        if (!handoff.awaitEntry(maxWaitNanos)) {
            return events;
        }
        long end = System.nanoTime() + LONGEST_BATCH_NANOS;
        for (Object entry = handoff.peek();
                entry != null
                        && events < limit
                        && !handoff.mustYield()
                        && !parts.vitals().hasProgressed(end);
                entry = handoff.peek()) {
            if (entry instanceof ChangeEvent) {
                @SuppressWarnings("unchecked") // the sink takes no others
                ChangeEvent<Row> event = (ChangeEvent<Row>) entry;
                if (!deliverAndAcknowledge(event, null)) {
                    break;
                }
                events++;
            } else if (entry instanceof Entry.ShapeChange change) {
                if (!deliverAndAcknowledge(change.event(), change.schema())) {
                    break;
                }
                events++;
            } else {
                window.add(step((Entry) entry, handoff.advance()), null);
                if (entry instanceof Entry.Start || entry instanceof Entry.Snapshot) {
                    break; // durable before the next change is delivered: no more than one chunk is ever repeated
                }
            }
        }
        return events;
    }

    /** Delivers one change to its listeners; false when a stop came between two tries. */
    private boolean deliverAndAcknowledge(ChangeEvent<Row> event, @Nullable AcknowledgedSchema schema) {
        parts.vitals().delivering(event.commitTime());
        PendingAcknowledgment pending;
        try {
            pending = delivery.deliver(event);
        } catch (DeliveryAbortedException e) {
            return false;
        }
        int bytes = parts.handoff().advance();
        window.add(new Step(event.offset(), event.commitTime(), false, bytes, schema), pending);
        parts.vitals().delivered();
        return true;
    }

    private void saveAndConfirm(boolean atEnd) {
        Prefix prefix = window.acknowledged();
        parts.vitals().waitingForAcknowledgments(window.waitingSince());
        if (!isDue(prefix, atEnd)) {
            parts.handoff().release(0, prefix.takeBytes());
            return;
        }
        if (!save(prefix)) {
            return;
        }
        window.saved();
        prefix.announceSaved();
        parts.handoff().release(prefix.changes(), prefix.takeBytes());
        parts.vitals().saved(prefix.changes(), window.waitingSince());
        lastSave = System.nanoTime();
        savedInsideTransaction = prefix.endsInsideTransaction();
        Offset offset = prefix.offset();
        if (offset != null) {
            parts.toConfirm().set(offset);
        }
    }

    private boolean isDue(Prefix prefix, boolean atEnd) {
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
    private boolean save(Prefix prefix) {
        Backoff backoff = Backoff.brisk();
        while (true) {
            try {
                parts.vitals().saving();
                return parts.checkpoints().save(prefix);
            } catch (CdcException e) {
                observer.checkpointFailed(source, e);
                parts.vitals().saveFailed(e);
                if (e.kind() != FailureKind.TRANSIENT) {
                    throw e;
                }
                if (!parts.handoff().awaitUnlessStopped(backoff.next())) {
                    return false;
                }
            }
        }
    }

    private static Step step(Entry entry, int bytes) {
        if (entry instanceof Entry.Start start) {
            return new Step(start.offset(), null, true, bytes, null, rows(start.rows(), start.saved()));
        }
        if (entry instanceof Entry.Snapshot rows) {
            return new Step(null, null, true, bytes, null, rows(rows.state(), rows.saved()));
        }
        if (entry instanceof Entry.ReadAgain rows) {
            return new Step(null, null, false, bytes, null, rows(rows.state(), () -> {}));
        }
        if (entry instanceof Entry.Commit commit) {
            return new Step(commit.end(), null, false, bytes, null);
        }
        if (entry instanceof Entry.Idle idle) {
            return new Step(idle.position(), null, true, bytes, null);
        }
        return new Step(null, null, false, bytes, ((Entry.Shape) entry).schema());
    }

    private static @Nullable Rows rows(@Nullable SnapshotState state, Runnable saved) {
        return state == null ? null : new Rows(state, saved);
    }
}
