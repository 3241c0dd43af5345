package io.rustcdc.source;

import io.rustcdc.event.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Rows that were read together, in key order, all in one view of the database.
 *
 * @param rows complete rows, with the columns that the stream sends for this table
 * @param bytes roughly the memory that the rows hold
 * @param lastKey how far the range was read, as {@link KeyRange} writes it: the key of the last row, or a later one up to which no
 *     row meets the condition; empty when that is not known, or at the end
 * @param atEnd whether the range has no further rows in that view
 * @param took how long the database took for the rows, without what each read costs whatever its size
 */
public record SnapshotChunk(List<Row> rows, long bytes, List<String> lastKey, boolean atEnd, View view, Duration took) {

    /**
     * What of the database the rows show.
     *
     * @param readAt when, by the database's clock
     */
    public record View(Watermark watermark, Instant readAt) {}

    public SnapshotChunk {
        lastKey = List.copyOf(lastKey);
    }

    public Watermark watermark() {
        return view.watermark();
    }

    public Instant readAt() {
        return view.readAt();
    }
}
