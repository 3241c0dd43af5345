package io.rustcdc.runtime;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Transaction;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Holds back what has arrived of a transaction until its end has, so that it is known before the first of its changes is delivered
 * whether all of them fit into the batch. What says that it has ended is its commit, its last change, or a change of another one.
 *
 * <p>What is held back counts against the queue. When it leaves no room for the rest, and nothing else gives room, the rest cannot come:
 * then the transaction is split.
 */
final class WholeTransactions implements Intake {

    /** So often it looks whether the queue has stood still for too long. */
    private static final long LOOK_NANOS = Duration.ofMillis(100).toNanos();

    private final RunParts parts;
    private final Handoff handoff;
    private final BatchLimit limit;

    /** The entries of one transaction at most. */
    private final ArrayDeque<Held> held = new ArrayDeque<>();

    /** Whose entries are gathered; null when the end of them has come. */
    private @Nullable Transaction open;

    private int changes;
    private boolean ready;
    private boolean begun;

    /** Since when the queue is full, also of changes that nobody has acknowledged. */
    private @Nullable Long fullSince;

    private record Held(Object entry, int bytes) {}

    WholeTransactions(RunParts parts, BatchLimit limit) {
        this.parts = parts;
        this.handoff = parts.handoff();
        this.limit = limit;
    }

    @Override
    public boolean awaitEntry(long maxNanos) throws InterruptedException {
        if (!handoff.mustYield() && peek() != null) {
            return true;
        }
        return handoff.awaitEntry(fullSince == null ? maxNanos : Math.min(maxNanos, LOOK_NANOS));
    }

    @Override
    public @Nullable Object peek() {
        if (!ready) {
            gather();
        }
        Held first = held.peek();
        return ready && first != null ? first.entry() : null;
    }

    @Override
    public int advance() {
        int bytes = held.remove().bytes();
        begun = true;
        if (held.isEmpty()) {
            clear();
        }
        return bytes;
    }

    @Override
    public boolean fits(int room) {
        return begun || changes <= room;
    }

    @Override
    public boolean isInside() {
        return begun;
    }

    @Override
    public void clear() {
        held.clear();
        open = null;
        changes = 0;
        ready = false;
        begun = false;
        fullSince = null;
    }

    private void gather() {
        for (Object entry = handoff.peek(); entry != null; entry = ready ? null : handoff.peek()) {
            ChangeEvent<?> event = change(entry);
            if (event != null && open != null && isToWait(event, open)) {
                ready = true;
            } else {
                hold(entry, event);
            }
        }
        if (!ready && open != null && isStuck()) {
            limit.splits().noRoom(open);
            ready = true;
        }
    }

    /** Whether a change does not go with those that are held back. */
    private boolean isToWait(ChangeEvent<?> event, Transaction gathered) {
        Transaction next = event.transaction();
        if (next == null || next.id() != gathered.id()) {
            return true;
        }
        if (changes < limit.maxEvents()) {
            return false;
        }
        limit.splits().tooLarge(gathered);
        return true;
    }

    private void hold(Object entry, @Nullable ChangeEvent<?> event) {
        held.add(new Held(entry, handoff.advance()));
        if (event != null) {
            changes++;
            Transaction transaction = event.transaction();
            open = transaction == null || transaction.last() ? null : transaction;
        } else if (entry instanceof Entry.Commit) {
            open = null;
        }
        ready = open == null;
    }

    private boolean isStuck() {
        if (!handoff.isFull()) {
            fullSince = null;
            return false;
        }
        if (handoff.buffered() > 0) {
            return false; // it is on its way
        }
        if (handoff.inFlight() == changes) {
            return true;
        }
        fullSince = Objects.requireNonNullElseGet(fullSince, System::nanoTime);
        return parts.vitals().stands(fullSince);
    }

    private static @Nullable ChangeEvent<?> change(Object entry) {
        if (entry instanceof ChangeEvent<?> event) {
            return event;
        }
        return entry instanceof Entry.ShapeChange change ? change.event() : null;
    }
}
