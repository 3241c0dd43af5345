package io.rustcdc.snapshot;

import io.rustcdc.source.KeyRange;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Puts the portions of a range that is read through together to chunks: a portion is small, so that few rows wait in memory,
 * while each chunk costs a save.
 */
final class ChunkFill {

    private static final long MOST_BYTES = 8L << 20;

    private final int mostRows;
    private @Nullable KeyRange range;
    private int rows;
    private long bytes;

    /**
     * @param range what is to be read
     * @param mostRows a chunk ends with the portion that gives it so many
     */
    ChunkFill(KeyRange range, int mostRows) {
        this.range = range;
        this.mostRows = mostRows;
    }

    /** What is left to be read; null when nothing is. */
    @Nullable
    KeyRange range() {
        return range;
    }

    /**
     * Adds the next portion.
     *
     * @param rest what is left of the range behind it; null when nothing is
     * @return the rows of the chunk if it ends here
     */
    OptionalInt add(int moreRows, long moreBytes, @Nullable KeyRange rest) {
        range = rest;
        rows += moreRows;
        bytes += moreBytes;
        if (rest != null && rows < mostRows && bytes < MOST_BYTES) {
            return OptionalInt.empty();
        }
        OptionalInt ended = OptionalInt.of(rows);
        rows = 0;
        bytes = 0;
        return ended;
    }
}
