package io.rustcdc.snapshot;

import java.time.Duration;

/** Keeps the reading of rows below a number per second. Thread-safe. */
final class RowRate {

    private static final double NANOS = Duration.ofSeconds(1).toNanos();

    private final long most;
    private long notBefore = System.nanoTime();

    /**
     * @param most rows per second; 0 for no limit
     */
    RowRate(long most) {
        this.most = most;
    }

    synchronized boolean isAllowed() {
        return most == 0 || System.nanoTime() - notBefore >= 0;
    }

    /** So many rows are read now, or are about to be. What was not used before is not saved up. */
    synchronized void spend(int rows) {
        if (most > 0) {
            long now = System.nanoTime();
            notBefore = Math.max(now, notBefore) + (long) (NANOS * rows / most);
        }
    }
}
