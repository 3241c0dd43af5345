package io.rustcdc.source.postgres;

import java.util.concurrent.locks.LockSupport;

/**
 * Lets a burst gather in the socket for a moment before it is read.
 *
 * <p>A walsender sends each row by itself while the reader keeps up with it, and that costs it more than twice the time
 * per row that it needs when the socket is full and it can put many rows into one packet. So a reader that is behind gets
 * on faster by reading less often. A burst is seen by its rate: as many messages within a moment as no trickle of small
 * transactions brings. The price is at most one such moment of delay, and only while messages keep coming at that rate; a
 * reader that is not behind never waits.
 *
 * <p>For one thread.
 */
final class BurstGathering {

    /** Long enough for a walsender to fill a good part of a socket buffer, shorter than anybody notices. */
    static final long MOMENT_NANOS = 1_000_000;

    /** Within one moment: 64,000 messages a second. */
    static final int BURST_MESSAGES = 64;

    private long since;
    private int messages;
    private boolean burst;

    /** Messages were read until this time. */
    void read(int count, long now) {
        messages += count;
        long elapsed = now - since;
        if (elapsed >= MOMENT_NANOS) {
            burst = messages >= BURST_MESSAGES * (elapsed / MOMENT_NANOS);
            messages = 0;
            since = now;
        } else if (messages >= BURST_MESSAGES) {
            burst = true;
        }
    }

    /** Whether the last moment brought a burst. */
    boolean isBurst() {
        return burst;
    }

    /** Waits for a moment if there is a burst. */
    void gather() {
        if (burst) {
            LockSupport.parkNanos(MOMENT_NANOS);
        }
    }

    /** Nothing came for a while. */
    void quiet() {
        burst = false;
        messages = 0;
        since = System.nanoTime();
    }
}
