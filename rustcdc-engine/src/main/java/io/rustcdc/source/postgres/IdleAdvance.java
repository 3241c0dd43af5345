package io.rustcdc.source.postgres;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Decides when an idle source moves on, so that the server can drop log that holds nothing for us. Seldom, since each step
 * is saved; and not for small steps, since a checkpoint in the captured database is itself written to the log.
 *
 * <p>For one thread.
 */
final class IdleAdvance {

    static final Duration INTERVAL = Duration.ofSeconds(30);
    static final long LEAST_BYTES = 1 << 20;

    private final LongSupplier nanoTime;
    private long position;
    private long since;

    /**
     * @param position where the stream begins
     */
    IdleAdvance(long position, LongSupplier nanoTime) {
        this.position = position;
        this.nanoTime = nanoTime;
        this.since = nanoTime.getAsLong();
    }

    /** The source got here by a transaction's end or by an idle position. */
    void moved(long to) {
        if (Lsn.isBefore(position, to)) {
            position = to;
            since = nanoTime.getAsLong();
        }
    }

    /** Whether it is time to move on to this position. */
    boolean isDue(long to) {
        return Lsn.isBefore(position, to)
                && to - position >= LEAST_BYTES
                && nanoTime.getAsLong() - since >= INTERVAL.toNanos();
    }
}
