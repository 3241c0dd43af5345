package io.rustcdc.runtime;

import io.rustcdc.checkpoint.Checkpoint;
import io.rustcdc.checkpoint.CheckpointException;
import io.rustcdc.checkpoint.LeaseLostException;
import io.rustcdc.checkpoint.StaleCheckpointException;
import io.rustcdc.deadletter.DeadLetterException;
import io.rustcdc.delivery.Delivery;
import io.rustcdc.delivery.DeliveryAbortedException;
import io.rustcdc.delivery.DeliveryFailedException;
import io.rustcdc.delivery.DeliveryTransaction;
import io.rustcdc.delivery.DeliveryTransaction.Outcome;
import io.rustcdc.delivery.ListenerFailure;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Row;
import io.rustcdc.event.Transaction;
import io.rustcdc.runtime.AckWindow.Prefix;
import io.rustcdc.runtime.AckWindow.Step;
import io.rustcdc.runtime.CheckpointWriter.JoinedSave;
import io.rustcdc.schema.AcknowledgedSchema;
import io.rustcdc.transform.TransformException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The delivery thread, where listener calls and the save of the checkpoint are one transaction. It takes what has arrived, calls the
 * listeners and writes the checkpoint in a transaction, and only after the commit lets the reader confirm it.
 *
 * <p>Why each change takes effect exactly once:
 *
 * <ul>
 *   <li>The database holds the effects of a change if and only if it holds a checkpoint behind it, since both come with one commit.
 *       A process that dies at any line, the commit included, leaves one of these two states, and the next one goes on at the
 *       checkpoint.
 *   <li>The source is told after the commit, so it can send again whatever is not in the checkpoint.
 *   <li>After a roll-back the changes are still here, in order, and what this process knows of as saved has not moved: it is moved
 *       on by the commit alone. So they are delivered again from the same checkpoint.
 *   <li>What a listener cannot handle is decided after the roll-back. The next transaction does without that call and writes the
 *       letter, if there is to be one, with the checkpoint; and only the commit makes the row one that is parked.
 *   <li>Where the answer to a commit is lost, what the database holds decides. It may still be about to commit when it is asked. Then
 *       the changes are delivered again, and their transaction writes the checkpoint on the condition that it is the old one: it
 *       waits for the row that the first one has locked, finds another checkpoint and is rolled back with all that it did.
 *       After that the stream is opened again where the database says.
 * </ul>
 */
final class TransactionalDeliveryLoop implements DeliveryTask {

    /** A transaction ends after so long, between two changes, so that its locks are not held for long. */
    private static final long LONGEST_BATCH_NANOS = Duration.ofMillis(250).toNanos();

    private static final Duration WAIT = Duration.ofMillis(10);
    private static final String FAILED_TRANSACTION = "25P02";

    private final RunParts parts;
    private final Delivery delivery;
    private final PrefixSaver saver;
    private final DeliveryTransaction transaction;
    private final BatchLimit limit;
    private final Backoff backoff = Backoff.brisk();

    /** What has arrived and is in no committed transaction. */
    private final ArrayDeque<DeliveryUnit> waiting = new ArrayDeque<>();

    /** Positions before the waiting changes that are not saved; an offset, at most. */
    private Prefix positions = new Prefix();

    private final LetterShift letters;
    private final SkippedLetters skipped;

    /** Work on dead letters and deliveries take turns. */
    private boolean lettersFirst = true;

    /** So many are to be delivered in transactions of their own, since one that they shared has failed. */
    private int alone;

    /** So many times the first of them has failed on its own. */
    private int failures;

    TransactionalDeliveryLoop(
            RunParts parts, Delivery delivery, PrefixSaver saver, DeliveryTransaction transaction, BatchLimit limit) {
        this.parts = parts;
        this.delivery = delivery;
        this.saver = saver;
        this.transaction = transaction;
        this.limit = limit;
        this.letters = new LetterShift(parts, delivery);
        this.skipped = new SkippedLetters(parts.pipeline(), delivery);
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
            } catch (DeliveryAbortedException e) {
                handoff.awaitFence(); // or the stop that it was given up for: what waits is delivered after it
            }
            if (handoff.fenced()) {
                forget();
                handoff.passFence();
                parts.vitals().forgetUnsaved();
            }
        }
        try {
            savePositions(true);
        } catch (LeaseLostException e) {
            saver.lost(e);
        }
    }

    private void deliverAndSave() throws InterruptedException, DeliveryAbortedException {
        Handoff handoff = parts.handoff();
        if (waiting.isEmpty() && lettersFirst && letters.isDue()) {
            lettersFirst = false;
            workOnLetters();
        } else if (!hasComplete()) {
            lettersFirst = true;
            collect();
            savePositions(false);
        } else if (handoff.isPaused()) {
            handoff.awaitUnlessStopped(WAIT);
        } else if (saver.confirmLease()) {
            delivery.prepare();
            try {
                deliver();
            } catch (DeliveryFailedException | TransformException e) {
                savePositions(true);
                throw e;
            }
        }
        if (handoff.isReopeningWished()) {
            handoff.awaitFence();
        }
    }

    /** Once all that was read is delivered and saved. */
    private void workOnLetters() {
        savePositions(true);
        if (positions.offset() == null && !positions.isWorthSaving() && saver.confirmLease()) {
            letters.work();
        }
    }

    private void forget() {
        waiting.clear();
        positions = new Prefix();
        alone = 0;
        failures = 0;
        delivery.startOver();
    }

    /** Whether a unit waits to which nothing more can come. */
    private boolean hasComplete() {
        DeliveryUnit first = waiting.peek();
        return first != null && !first.isOpen();
    }

    /** Waits for the first entry and takes what has arrived by then. */
    private void collect() throws InterruptedException {
        Handoff handoff = parts.handoff();
        makeRoom();
        if (hasComplete() || !handoff.awaitEntry(letters.patienceNanos()) || !saver.confirmLease()) {
            return;
        }
        int taken = 0;
        boolean more = true;
        for (Object entry = handoff.peek();
                entry != null && more && taken < limit.maxEvents() && !handoff.mustYield();
                entry = handoff.peek()) {
            more = take(entry);
            taken++;
            makeRoom();
        }
    }

    /**
     * The rest of a chunk needs room to arrive, and the chunk is not done without it. Its rows are in memory as a whole anyway, where
     * they are read. The rest of a transaction may be endless: it is split where nothing else gives room.
     */
    private void makeRoom() {
        DeliveryUnit last = waiting.peekLast();
        if (last == null || !last.isOpen() || !parts.handoff().isFull()) {
            return;
        }
        Transaction transaction = last.transaction();
        if (transaction == null) {
            last.release(parts.handoff());
        } else if (waiting.size() == 1 && parts.handoff().buffered() == 0) {
            limit.splits().noRoom(transaction);
            last.close();
        }
    }

    /** Takes the first entry of the queue; false where the next one has to wait until this is saved. */
    private boolean take(Object entry) {
        int bytes = parts.handoff().advance();
        if (entry instanceof ChangeEvent) {
            @SuppressWarnings("unchecked") // the sink takes no others
            ChangeEvent<Row> event = (ChangeEvent<Row>) entry;
            takeChange(event, null, bytes);
            return true;
        }
        if (entry instanceof Entry.ShapeChange change) {
            takeChange(change.event(), change.schema(), bytes);
            return true;
        }
        takePosition((Entry) entry, bytes);
        return !(entry instanceof Entry.Start || entry instanceof Entry.Snapshot);
    }

    private void takeChange(ChangeEvent<Row> event, @Nullable AcknowledgedSchema schema, int bytes) {
        Step step = new Step(event.offset(), event.commitTime(), false, 0, schema);
        DeliveryUnit last = waiting.peekLast();
        if (last != null && last.takes(event) && !isTooLarge(last)) {
            last.add(event, step, bytes);
            return;
        }
        if (last != null) {
            last.close();
        }
        waiting.add(new DeliveryUnit(event, step, bytes, limit.keepsTransactions()));
    }

    private boolean isTooLarge(DeliveryUnit unit) {
        Transaction transaction = unit.transaction();
        if (transaction == null || unit.events().size() < limit.maxEvents()) {
            return false;
        }
        limit.splits().tooLarge(transaction);
        return true;
    }

    private void takePosition(Entry entry, int bytes) {
        Step step = Step.of(entry, 0);
        DeliveryUnit last = waiting.peekLast();
        if (last == null) {
            positions.cover(step);
            parts.handoff().release(0, bytes);
            return;
        }
        last.add(step, bytes);
        if (last.transaction() == null ? entry instanceof Entry.Snapshot : entry instanceof Entry.Commit) {
            last.close();
        }
    }

    /** Saves what no change has to be delivered before. Behind a change that waits there is nothing to save. */
    private void savePositions(boolean atEnd) {
        if (saver.isDue(positions, atEnd) && saver.save(positions)) {
            Prefix saved = positions;
            positions = new Prefix();
            saver.saved(saved, null);
        }
    }

    private void deliver() throws DeliveryAbortedException {
        Attempt attempt = new Attempt(positions.copy(), alone > 0 ? 1 : Integer.MAX_VALUE);
        Outcome outcome = transaction.execute(attempt);
        JoinedSave save = attempt.save;
        if (save != null) {
            parts.checkpoints().end(save, outcome.end() == DeliveryTransaction.End.COMMITTED);
        }
        Throwable cause = outcome.cause();
        if (cause == null) {
            committed(attempt);
            return;
        }
        switch (outcome.end()) {
            case NOT_BEGUN -> retryLater("could not be begun", cause);
            case UNKNOWN -> findOut(attempt, cause);
            default -> rolledBack(attempt, cause);
        }
    }

    /** The listener calls and the save of one transaction. */
    private final class Attempt implements DeliveryTransaction.Work {

        private final Prefix prefix;
        private final int mostUnits;
        private int units;
        private int changes;
        private boolean unitsDone;
        private @Nullable JoinedSave save;

        /**
         * @param prefix what is to be saved before its changes
         * @param mostUnits how many units it may have
         */
        private Attempt(Prefix prefix, int mostUnits) {
            this.prefix = prefix;
            this.mostUnits = mostUnits;
        }

        @Override
        public void run(DeliveryTransaction.Open open) throws Exception {
            long end = System.nanoTime() + LONGEST_BATCH_NANOS;
            delivery.begin(); // of what was rolled back, batches may still hold something
            parts.pipeline().forget();
            skipped.begin();
            for (DeliveryUnit unit : waiting) {
                if (unit.isOpen() || units == mostUnits || (units > 0 && (isToEnd(end) || isFullWith(unit)))) {
                    break;
                }
                call(unit);
                unit.coverIn(prefix);
                changes += unit.events().size();
                units++;
            }
            unitsDone = true;
            delivery.flushOnce(failures + 1);
            delivery.writeLetters(open::connection);
            skipped.write(open::connection);
            parts.vitals().saving();
            save = parts.checkpoints().saveInTransaction(open.connection(), prefix);
            if (save == null) {
                throw new DeliveryAbortedException();
            }
        }

        private boolean isToEnd(long end) {
            return parts.handoff().mustYield() || System.nanoTime() - end > 0;
        }

        /** Several transactions of the source are no larger than a batch may be. */
        private boolean isFullWith(DeliveryUnit unit) {
            return unit.transaction() != null && changes + unit.events().size() > limit.maxEvents();
        }

        private void call(DeliveryUnit unit) throws ListenerFailure, DeliveryAbortedException {
            for (ChangeEvent<Row> event : unit.events()) {
                if (unit.isLong() && parts.handoff().isStopped()) {
                    throw new DeliveryAbortedException();
                }
                parts.vitals().delivering(event.commitTime());
                ChangeEvent<Row> transformed = parts.transformUntold(event, skipped::add);
                if (transformed != null) {
                    delivery.deliverOnce(transformed, failures + 1);
                }
                parts.vitals().delivered(true);
            }
        }

        /** The units that it failed with, or behind which a batch or the save failed. */
        private int reached(Throwable cause) {
            boolean inUnit = cause instanceof ListenerFailure || cause instanceof TransformException;
            return inUnit && !unitsDone ? units + 1 : units;
        }
    }

    private void committed(Attempt attempt) {
        for (int i = 0; i < attempt.units; i++) {
            waiting.remove().release(parts.handoff());
        }
        delivery.committed();
        alone = Math.max(0, alone - attempt.units);
        failures = 0;
        backoff.reset();
        positions = new Prefix();
        saver.saved(attempt.prefix, null);
        parts.pipeline().tell();
    }

    /** Nothing has happened, neither in the database nor here. */
    private void rolledBack(Attempt attempt, Throwable cause) throws DeliveryAbortedException {
        parts.vitals().notSaving();
        if (cause instanceof DeliveryAbortedException aborted) {
            throw aborted;
        }
        if (cause instanceof StaleCheckpointException) {
            findOut(attempt, cause);
        } else if (isOfStore(cause) && cause instanceof CdcException refused && !isSpoiled(refused)) {
            waitUntilNextTry(refused);
        } else {
            failed(attempt, cause);
        }
    }

    private static boolean isOfStore(Throwable cause) {
        return cause instanceof CheckpointException || cause instanceof DeadLetterException;
    }

    /**
     * Whether the checkpoint or a letter could not be written since a statement before it had failed: of a listener, which has kept that to
     * itself. PostgreSQL does nothing more in such a transaction.
     */
    private static boolean isSpoiled(CdcException refused) {
        return refused.getCause() instanceof SQLException e && FAILED_TRANSACTION.equals(e.getSQLState());
    }

    /** Something in the transaction does not work: what it had is tried one by one, and what fails alone by the retry rules. */
    private void failed(Attempt attempt, Throwable cause) throws DeliveryAbortedException {
        int reached = Math.max(1, attempt.reached(cause));
        alone = Math.max(alone, reached);
        if (reached > 1) {
            failures = 0;
            return;
        }
        if (cause instanceof TransformException failure) {
            parts.pipeline().tell(failure);
            throw failure; // it fails for this change however often it is called
        }
        if (cause instanceof DeliveryFailedException failure) {
            throw failure; // a letter finds no room
        }
        failures++;
        ChangeEvent<Row> first = Objects.requireNonNull(waiting.peek()).first();
        ListenerFailure failure = cause instanceof ListenerFailure known ? known : delivery.ofOnlyCall(cause);
        if (failure == null) {
            delivery.awaitNextTry("(commit)", first, failures, cause);
        } else if (delivery.decide(failure, first, failures)) {
            failures = 0;
        }
    }

    /** Nobody has said whether the transaction was committed; the database knows. */
    private void findOut(Attempt attempt, Throwable cause) throws DeliveryAbortedException {
        JoinedSave save = attempt.save;
        parts.vitals().notSaving();
        Checkpoint stored = reload(cause);
        if (save != null && stored.equals(save.next())) {
            committed(attempt);
        } else if (save != null && stored.equals(save.before())) {
            failed(attempt, cause);
        } else {
            parts.handoff().wishReopening();
        }
    }

    private Checkpoint reload(Throwable cause) throws DeliveryAbortedException {
        saver.tell(unclear("was sent, and its answer was lost", cause));
        while (true) {
            try {
                Checkpoint stored = parts.checkpoints().reload();
                if (stored == null) {
                    throw new DeliveryAbortedException();
                }
                return stored;
            } catch (CdcException e) {
                waitUntilNextTry(e);
            }
        }
    }

    private void retryLater(String what, Throwable cause) throws DeliveryAbortedException {
        waitUntilNextTry(unclear(what, cause));
    }

    private void waitUntilNextTry(CdcException failure) throws DeliveryAbortedException {
        if (!saver.canRetry(failure, backoff)) {
            throw new DeliveryAbortedException();
        }
    }

    private static CheckpointException unclear(String what, Throwable cause) {
        return new CheckpointException(
                FailureKind.TRANSIENT,
                "The transaction of listeners and checkpoint %s: %s"
                        .formatted(what, cause.getClass().getName()),
                "Look at the database of the application's transactions and at its connection pool. It is tried again.",
                cause);
    }
}
