package io.rustcdc.checkpoint;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A store that several instances of an application share. Its lease ends by itself when its owner gives no sign of life, so
 * the others wait for it instead of failing; and what an operator wishes holds for all of them.
 *
 * <p>Each lease that is won has a token of its own. A save with the token of an earlier lease is refused, whenever it comes.
 */
public interface SharedCheckpointStore extends CheckpointStore {

    /**
     * Whether the lease that was won last was taken from an owner that did not give it back: it may have a session at the
     * source that is still open.
     */
    boolean tookOver();

    /**
     * Returns if the lease is held now. Costs nothing while that is known from the last sign of life, which this process gives
     * by itself; else asks the database.
     *
     * @throws LeaseLostException if somebody else has owned it since
     * @throws CheckpointException TRANSIENT if that cannot be found out: the lease may be another's by now
     */
    void confirmLease();

    /** Whether it is known that somebody else has owned the lease since it was won. Asks nobody; for any thread. */
    boolean isLeaseLost();

    /** How long to wait before asking again for a lease that another one owns, or for a wish. */
    Duration pollInterval();

    /**
     * What is wished for. While the lease is held, as of the last sign of life; else asks the database. For any thread.
     *
     * @throws CheckpointException if it cannot be read
     */
    Wish wish();

    /**
     * Wishes for something; durable on return. For any thread; needs no lease.
     *
     * @param from what must have been wished for before; otherwise nothing is changed
     * @param requestedBy by whom, for people; null when not known
     * @return whether it was changed
     * @throws CheckpointException if it cannot be written
     */
    boolean wish(Set<Wish> from, Wish to, @Nullable String requestedBy);
}
