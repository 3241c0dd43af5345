package io.rustcdc.runtime;

import io.rustcdc.checkpoint.LeaseLostException;
import io.rustcdc.delivery.Completions;
import io.rustcdc.delivery.Delivery;
import io.rustcdc.delivery.DeliveryAbortedException;
import io.rustcdc.delivery.DeliveryFailedException;
import io.rustcdc.delivery.PendingAcknowledgment;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.runtime.AckWindow.Prefix;
import io.rustcdc.runtime.AckWindow.Step;
import io.rustcdc.schema.AcknowledgedSchema;
import io.rustcdc.transform.TransformException;
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

    /** A reader that waits for room is not given it in smaller parts of what is in flight than one of so many. */
    private static final int WORTHWHILE_PART = 8;

    private final RunParts parts;
    private final Delivery delivery;
    private final PrefixSaver saver;
    private final int maxEvents;
    private final Intake intake;
    private final AckWindow window = new AckWindow();
    private final Completions completions;

    /** The next entry waits until lanes have done what comes before it. */
    private boolean blocked;

    private final LetterShift letters;
    private final SkippedLetters skipped;

    DeliveryLoop(RunParts parts, Delivery delivery, PrefixSaver saver, BatchLimit limit) {
        this.completions = delivery.completions();
        this.parts = parts;
        this.delivery = delivery;
        this.saver = saver;
        this.maxEvents = limit.maxEvents();
        this.intake = Intake.of(parts, limit, delivery.hasLanes());
        this.letters = new LetterShift(parts, delivery);
        this.skipped = new SkippedLetters(parts.pipeline(), delivery);
    }

    @Override
    public void run() throws InterruptedException {
        try {
            deliverUntilStopped();
            delivery.finish();
            try {
                saveAndConfirm(true);
            } catch (LeaseLostException e) {
                saver.lost(e);
            }
        } finally {
            delivery.close();
        }
    }

    private void deliverUntilStopped() throws InterruptedException {
        Handoff handoff = parts.handoff();
        while (!handoff.isStopped()) {
            boolean fenced = handoff.fenced();
            try {
                delivery.goOn();
                deliverAndSave(fenced);
            } catch (LeaseLostException e) {
                // Another instance goes on from what was saved; the reader finds the same and gives up the connection.
                delivery.abandon();
                handoff.awaitFence();
                fenced = handoff.fenced();
            }
            if (fenced) {
                intake.clear();
                window.clear();
                completions.clear();
                delivery.startOver();
                blocked = false;
                handoff.passFence();
                parts.vitals().forgetUnsaved();
            }
        }
    }

    /** @param toEnd whether what was delivered and not begun by now will be read again */
    private void deliverAndSave(boolean toEnd) throws InterruptedException {
        try {
            if (toEnd) {
                delivery.finish();
            } else {
                workOnLetters();
                deliverBatch();
            }
            saveAndConfirm(toEnd);
        } catch (DeliveryFailedException | TransformException e) {
            delivery.finish();
            saveAndConfirm(true);
            throw e;
        }
    }

    /** Once nothing is under way. Until then nothing more is delivered. */
    private void workOnLetters() throws InterruptedException {
        long since = System.nanoTime();
        while (letters.isDue() && !window.isEmpty()) {
            if (parts.vitals().stands(since)) {
                letters.giveUpWaiting(); // perhaps nothing is acknowledged until more is delivered
                return;
            }
            deliverAll(0, 0);
            saveAndConfirm(true);
            if (!window.isEmpty()) {
                parts.handoff().awaitWake(letters.patienceNanos());
            }
        }
        if (letters.isDue() && saver.confirmLease()) {
            letters.work();
        }
    }

    /** What arrives until the next save is due, up to the limit. Ends early for a pause, a stop or a lost connection. */
    private void deliverBatch() throws InterruptedException {
        Handoff handoff = parts.handoff();
        int events = deliverAll(letters.patienceNanos(), maxEvents);
        long open = nanosUntilSave();
        while (open > 0 && events < maxEvents && intake.fits(maxEvents - events) && !handoff.mustYield()) {
            events += deliverAll(open, maxEvents - events);
            open = nanosUntilSave();
        }
    }

    private long nanosUntilSave() {
        Prefix prefix = window.acknowledged();
        boolean canWait = prefix.isWorthSaving() && !prefix.saveAtOnce() && !isHoldingUp(prefix);
        return canWait ? saver.lastSave() + SAVE_SPACING_NANOS - System.nanoTime() : 0;
    }

    /** Whether the reader waits for room and a save would give it a good part of what is in flight. */
    private boolean isHoldingUp(Prefix prefix) {
        Handoff handoff = parts.handoff();
        return handoff.isFull() && prefix.changes() >= handoff.inFlight() / WORTHWHILE_PART;
    }

    /** As {@link #deliverArrivals}, to those listeners, too, that take batches. */
    private int deliverAll(long maxWaitNanos, int limit) throws InterruptedException {
        int events = deliverArrivals(maxWaitNanos, limit);
        if (intake.isInside()) {
            return events; // a stop or a lost connection cuts a transaction off: it comes again as a whole
        }
        try {
            delivery.flush();
        } catch (DeliveryAbortedException e) {
            // The source is being stopped: what the batch held is not acknowledged, and so not saved.
            return events;
        }
        if (delivery.hasTakenTime()) {
            parts.vitals().progressed();
        }
        return events;
    }

    /** Waits for the first entry and delivers what has arrived by then; returns the number of changes. */
    private int deliverArrivals(long maxWaitNanos, int limit) throws InterruptedException {
        int events = 0;
        if (!awaitEntry(maxWaitNanos) || !saver.confirmLease() || !isPrepared()) {
            return events;
        }
        long end = System.nanoTime() + LONGEST_BATCH_NANOS;
        for (Object entry = intake.peek();
                entry != null && !isBlocked(entry) && intake.fits(limit - events) && !isToEnd(end);
                entry = intake.peek()) {
            ChangeEvent<Row> event = change(entry);
            if (event != null) {
                AcknowledgedSchema schema = entry instanceof Entry.ShapeChange change ? change.schema() : null;
                if (!deliverAndAcknowledge(event, schema)) {
                    break;
                }
                events++;
            } else {
                window.add(Step.of((Entry) entry, intake.advance()), null);
                if (!intake.isInside() && (entry instanceof Entry.Start || entry instanceof Entry.Snapshot)) {
                    break; // durable before the next change is delivered: no more than one chunk is ever repeated
                }
            }
        }
        return events;
    }

    /** Whether the batch ends here: within what belongs together, only for a stop or a lost connection. */
    private boolean isToEnd(long end) {
        Handoff handoff = parts.handoff();
        return intake.isInside()
                ? handoff.isStopped() || handoff.fenced()
                : handoff.mustYield() || parts.vitals().hasProgressed(end);
    }

    /** False when a stop or a lost connection came first. */
    private boolean isPrepared() {
        try {
            delivery.prepare();
            return true;
        } catch (DeliveryAbortedException e) {
            return false;
        }
    }

    private boolean awaitEntry(long maxWaitNanos) throws InterruptedException {
        if (!blocked) {
            return intake.awaitEntry(maxWaitNanos) || !delivery.isIdle();
        }
        parts.handoff().awaitWake(maxWaitNanos);
        return true;
    }

    /** Whether lanes have to do first what they have. So a chunk is durable before the next one is delivered. */
    private boolean isBlocked(Object entry) {
        if (delivery.hasLanes()) {
            ChangeEvent<Row> event = change(entry);
            blocked =
                    event == null ? entry instanceof Entry.Snapshot && !delivery.isIdle() : !delivery.canDeliver(event);
        }
        return blocked;
    }

    @SuppressWarnings("unchecked") // the sink takes no others
    private static @Nullable ChangeEvent<Row> change(Object entry) {
        if (entry instanceof ChangeEvent) {
            return (ChangeEvent<Row>) entry;
        }
        return entry instanceof Entry.ShapeChange change ? change.event() : null;
    }

    /** Delivers one change to its listeners, unless a transform filters it away; false when a stop came between two tries. */
    private boolean deliverAndAcknowledge(ChangeEvent<Row> event, @Nullable AcknowledgedSchema schema) {
        parts.vitals().delivering(event.commitTime());
        PendingAcknowledgment pending;
        ChangeEvent<Row> transformed;
        try {
            transformed = parts.transform(event, skipped::keep);
            pending = transformed == null ? null : delivery.deliver(transformed);
        } catch (DeliveryAbortedException e) {
            return false;
        }
        int bytes = intake.advance();
        if (schema == null) {
            window.add(event, bytes, pending);
        } else {
            window.add(new Step(event.offset(), event.commitTime(), false, bytes, schema), pending);
        }
        completions.delivered(transformed);
        parts.vitals().delivered(!parts.pipeline().isEmpty() || delivery.hasTakenTime());
        return true;
    }

    private void saveAndConfirm(boolean atEnd) {
        Prefix prefix = window.acknowledged();
        parts.vitals().waitingForAcknowledgments(window.waitingSince(), window.waitingFor());
        if (!saver.isDue(prefix, atEnd)) {
            parts.handoff().release(0, prefix.takeBytes());
            return;
        }
        completions.acknowledged(prefix.changes());
        if (saver.save(prefix)) {
            completions.saved(prefix.changes());
            window.saved();
            parts.handoff().release(prefix.changes(), prefix.takeBytes());
            saver.saved(prefix, window.waitingSince());
        }
    }
}
