package io.rustcdc.runtime;

/** A run of queue entries that changes hands as a whole: filled by the reader, then owned by the delivery thread. */
final class Chunk {

    static final int CAPACITY = 256;

    private final Object[] entries = new Object[CAPACITY];
    private final int[] bytes = new int[CAPACITY];
    private int filled;
    private int taken;

    void add(Object entry, int size) {
        entries[filled] = entry;
        bytes[filled++] = size;
    }

    boolean isFull() {
        return filled == CAPACITY;
    }

    boolean isEmpty() {
        return filled == 0;
    }

    boolean isExhausted() {
        return taken == filled;
    }

    int remaining() {
        return filled - taken;
    }

    Object peek() {
        return entries[taken];
    }

    /** Moves past the entry that {@link #peek()} showed and returns its size; the chunk forgets it. */
    @SuppressWarnings("NullAway") // a slot is never read again once it is taken
    int advance() {
        entries[taken] = null;
        return bytes[taken++];
    }
}
