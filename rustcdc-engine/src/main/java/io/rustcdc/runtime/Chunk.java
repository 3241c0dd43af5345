package io.rustcdc.runtime;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A run of queue entries that changes hands as a whole: filled by the reader, then owned by the delivery thread. */
final class Chunk {

    static final int CAPACITY = 256;

    private final @Nullable Object[] entries = new @Nullable Object[CAPACITY];
    private final int[] bytes = new int[CAPACITY];
    private int filled;
    private int taken;
    private long publishedAt;

    void add(Object entry, int size) {
        entries[filled] = entry;
        bytes[filled++] = size;
    }

    /** The entry that was added last, or null. */
    @Nullable
    Object last() {
        return filled == 0 ? null : entries[filled - 1];
    }

    void replaceLast(Object entry) {
        entries[filled - 1] = entry;
    }

    void published(long nanoTime) {
        publishedAt = nanoTime;
    }

    long publishedAt() {
        return publishedAt;
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
        return Objects.requireNonNull(entries[taken]);
    }

    /** Moves past the entry that {@link #peek()} showed and returns its size; the chunk forgets it. */
    int advance() {
        entries[taken] = null;
        return bytes[taken++];
    }
}
