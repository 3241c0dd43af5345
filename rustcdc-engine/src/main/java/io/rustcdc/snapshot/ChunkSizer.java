package io.rustcdc.snapshot;

import java.time.Duration;

/**
 * Chooses how many rows to read at once, so that a read takes about the target time: small enough to be kind to the
 * database and to the stream's delay, large enough to be fast. Thread-safe.
 */
final class ChunkSizer {

    static final int SMALLEST = 256;
    static final int LARGEST = 16_384;
    private static final int FIRST = 2048;
    private static final Duration TARGET = Duration.ofMillis(50);

    private final int fixed;
    private int size;

    /**
     * @param fixed the size to keep, as long as the rows are not too large for it; 0 to adapt
     */
    ChunkSizer(int fixed) {
        this.fixed = fixed;
        this.size = fixed > 0 ? fixed : FIRST;
    }

    synchronized int size() {
        return size;
    }

    /**
     * Learns from a read of a full chunk. Grows step by step, shrinks at once.
     *
     * @param mayGrow whether twice as many rows would still be few enough bytes
     */
    synchronized void took(Duration time, boolean mayGrow) {
        if (mayGrow && time.compareTo(TARGET.dividedBy(2)) < 0) {
            size = Math.min(size * 2, largest());
        } else if (fixed == 0 && time.compareTo(TARGET) > 0) {
            long fitting = size * TARGET.toNanos() / time.toNanos();
            size = (int) Math.max(smallest(), Math.min(fitting, size));
        }
    }

    /** The rows were so large that the chunk ended after so many of them: more would be read for nothing. */
    synchronized void cut(int rows) {
        size = Math.max(1, Math.min(rows, size));
    }

    /** A chunk could not be used because too much changed meanwhile: the next one is to be faster. */
    synchronized void tooSlow() {
        if (fixed == 0) {
            size = Math.max(smallest(), size / 4);
        }
    }

    /** Large rows may have made it smaller than that. */
    private int smallest() {
        return Math.min(SMALLEST, size);
    }

    private int largest() {
        return fixed > 0 ? fixed : LARGEST;
    }
}
