package io.rustcdc.runtime;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How much went into the queue, and how much came out. The reader writes its two figures and the delivery thread its three for each change, so
 * each thread's are on cache lines of their own; anybody reads them. One writer for each, so a plain read of the old value is enough, and
 * writes are ordered ones, since a fence for each would cost more.
 */
final class HandoffFigures {

    /** In longs: two lines, since processors fetch them in pairs. */
    private static final int APART = 16;

    private static final int READ_EVENTS = APART;
    private static final int READ_BYTES = READ_EVENTS + 1;
    private static final int TAKEN_EVENTS = READ_BYTES + APART;
    private static final int RELEASED_EVENTS = TAKEN_EVENTS + APART;
    private static final int RELEASED_BYTES = RELEASED_EVENTS + 1;

    private final AtomicLongArray figures = new AtomicLongArray(RELEASED_BYTES + APART);

    void readEvent() {
        add(READ_EVENTS, 1);
    }

    void readBytes(int bytes) {
        add(READ_BYTES, bytes);
    }

    void taken() {
        add(TAKEN_EVENTS, 1);
    }

    void released(long events, long bytes) {
        add(RELEASED_EVENTS, events);
        add(RELEASED_BYTES, bytes);
    }

    /** Nothing is in the queue any more. The reader must be waiting. */
    void emptied() {
        figures.set(TAKEN_EVENTS, readEvents());
        figures.set(RELEASED_EVENTS, readEvents());
        figures.set(RELEASED_BYTES, figures.get(READ_BYTES));
    }

    long readEvents() {
        return figures.get(READ_EVENTS);
    }

    long takenEvents() {
        return figures.get(TAKEN_EVENTS);
    }

    long unreleasedEvents() {
        return readEvents() - figures.get(RELEASED_EVENTS);
    }

    long unreleasedBytes() {
        return figures.get(READ_BYTES) - figures.get(RELEASED_BYTES);
    }

    /** Read and not taken. */
    long buffered() {
        return Math.max(0, readEvents() - takenEvents());
    }

    /** Taken and not released. */
    long inFlight() {
        return Math.max(0, takenEvents() - figures.get(RELEASED_EVENTS));
    }

    private void add(int figure, long amount) {
        figures.lazySet(figure, figures.getPlain(figure) + amount);
    }
}
