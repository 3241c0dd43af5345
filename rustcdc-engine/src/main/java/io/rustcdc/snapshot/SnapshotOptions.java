package io.rustcdc.snapshot;

import java.util.Objects;

/**
 * How existing rows are read.
 *
 * @param chunkSize rows per read; 0 adapts to the database's speed
 * @param workers connections that read in parallel at the very first start
 * @param maxRowsPerSecond the most rows to read in a second; 0 for no limit
 */
public record SnapshotOptions(SnapshotMode mode, int chunkSize, int workers, long maxRowsPerSecond) {

    public SnapshotOptions {
        Objects.requireNonNull(mode, "mode");
        require(chunkSize >= 0 && chunkSize <= 1_000_000, "snapshot.chunk-size", "0 to 1000000", chunkSize);
        require(workers >= 1 && workers <= 32, "snapshot.workers", "1 to 32", workers);
        require(maxRowsPerSecond >= 0, "snapshot.max-rows-per-second", "0 or more", maxRowsPerSecond);
    }

    /** The rows of each table once, with two connections at the first start, as fast as the database gives them. */
    public static SnapshotOptions ofDefaults() {
        return new SnapshotOptions(SnapshotMode.INITIAL, 0, 2, 0);
    }

    public SnapshotOptions withMode(SnapshotMode other) {
        return new SnapshotOptions(other, chunkSize, workers, maxRowsPerSecond);
    }

    private static void require(boolean holds, String key, String expected, long found) {
        if (!holds) {
            throw new IllegalArgumentException("'%s' must be %s, found %d".formatted(key, expected, found));
        }
    }
}
