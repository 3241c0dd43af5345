package io.rustcdc.snapshot;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long a view of the database may stay open while nobody takes its rows. As long as it is, the server keeps every row version
 * that it shows, and the table cannot be altered. For one thread.
 */
final class ViewPatience {

    private static final Duration FIRST_LIMIT = Duration.ofMinutes(10);

    private final LongSupplier nanoTime;
    private Duration limit = FIRST_LIMIT;
    private long since;

    ViewPatience(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.since = nanoTime.getAsLong();
    }

    /** Rows are taken, or it is the database that is waited for. */
    void renew() {
        since = nanoTime.getAsLong();
    }

    /** Whether nothing was taken for too long. The next time may be longer, or a slow consumer would never get a row. */
    boolean isOver() {
        if (nanoTime.getAsLong() - since < limit.toNanos()) {
            return false;
        }
        limit = limit.multipliedBy(2);
        return true;
    }
}
