package io.rustcdc.runtime;

import io.rustcdc.checkpoint.LeaseLostException;
import io.rustcdc.delivery.Delivery;
import io.rustcdc.delivery.DeliveryAbortedException;
import io.rustcdc.delivery.DeliveryFailedException;
import io.rustcdc.delivery.PendingAcknowledgment;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.runtime.AckWindow.Prefix;
import io.rustcdc.runtime.AckWindow.Step;
import io.rustcdc.schema.AcknowledgedSchema;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The delivery thread: takes what has arrived, delivers it, saves the acknowledged prefix, and only then lets the reader
 * confirm it. Whatever line the process dies at, the saved offset covers nothing that was not acknowledged, and the
 * source was told nothing that was not saved.
 */
final class DeliveryLoop implements DeliveryTask {

    /**
     * A batch stays open for so long after the save before it, so that transactions which come fast share a save: it costs
     * two fsyncs on a disk that is often the database's own. Delivery never waits for it.
     */
    private static final long SAVE_SPACING_NANOS = Duration.ofMillis(10).toNanos();

    /** A batch ends after so long, between two changes, or a slow listener would be given much again after a crash. */
    private static final long LONGEST_BATCH_NANOS = Duration.ofMillis(250).toNanos();

    private final RunParts parts;
    private final Delivery delivery;
    private final PrefixSaver saver;
    private final int maxEvents;
    private final AckWindow window = new AckWindow();

    DeliveryLoop(RunParts parts, Delivery delivery, PrefixSaver saver, int maxEvents) {
        this.parts = parts;
        this.delivery = delivery;
        this.saver = saver;
        this.maxEvents = maxEvents;
    }

    @Override
    public void run() throws InterruptedException {
        Handoff handoff = parts.handoff();
        while (!handoff.isStopped()) {
            try {
                deliverAndSave();
            } catch (LeaseLostException e) {
                // Another instance goes on from what was saved; the reader finds the same and gives up the connection.
                handoff.awaitFence();
            }
            if (handoff.fenced()) {
                window.clear();
                delivery.startOver();
                handoff.passFence();
                parts.vitals().forgetUnsaved();
            }
        }
        try {
            saveAndConfirm(true);
        } catch (LeaseLostException e) {
            saver.lost(e);
        }
    }

    private void deliverAndSave() throws InterruptedException {
        try {
            deliverBatch();
            saveAndConfirm(false);
        } catch (DeliveryFailedException e) {
            saveAndConfirm(true);
            throw e;
        }
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
        return canWait ? saver.lastSave() + SAVE_SPACING_NANOS - System.nanoTime() : 0;
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
        if (!handoff.awaitEntry(maxWaitNanos) || !saver.confirmLease()) {
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
                window.add(Step.of((Entry) entry, handoff.advance()), null);
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
        if (!saver.isDue(prefix, atEnd)) {
            parts.handoff().release(0, prefix.takeBytes());
            return;
        }
        if (saver.save(prefix)) {
            window.saved();
            parts.handoff().release(prefix.changes(), prefix.takeBytes());
            saver.saved(prefix, window.waitingSince());
        }
    }
}
