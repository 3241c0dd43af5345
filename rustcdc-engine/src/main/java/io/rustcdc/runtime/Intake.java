package io.rustcdc.runtime;

import org.jspecify.annotations.Nullable;

/** How the delivery thread takes what is in the queue. */
interface Intake {

    /** Where batches may end anywhere, so also where lanes take changes: those of a transaction go to several. */
    static Intake of(RunParts parts, BatchLimit limit, boolean lanes) {
        return limit.keepsTransactions() && !lanes
                ? new WholeTransactions(parts, limit)
                : new AsArrived(parts.handoff());
    }

    /**
     * Waits for the first entry, or for a reason to look elsewhere.
     *
     * @return whether there may be an entry to deliver
     */
    boolean awaitEntry(long maxNanos) throws InterruptedException;

    /** The next entry that can be delivered, or null. */
    @Nullable
    Object peek();

    /** Moves past the entry that {@link #peek()} showed and returns its bytes. */
    int advance();

    /** Whether the entry that {@link #peek()} showed may go into a batch with room for so many changes. */
    boolean fits(int room);

    /** Whether what comes next belongs to what was taken last, so that no batch should end here. */
    boolean isInside();

    /** Forgets what was taken from the queue and not delivered. */
    void clear();

    /** Each entry as it comes. */
    record AsArrived(Handoff handoff) implements Intake {

        @Override
        public boolean awaitEntry(long maxNanos) throws InterruptedException {
            return handoff.awaitEntry(maxNanos);
        }

        @Override
        public @Nullable Object peek() {
            return handoff.peek();
        }

        @Override
        public int advance() {
            return handoff.advance();
        }

        @Override
        public boolean fits(int room) {
            return room > 0;
        }

        @Override
        public boolean isInside() {
            return false;
        }

        @Override
        public void clear() {
            // nothing is kept here
        }
    }
}
