package io.rustcdc.source;

import io.rustcdc.event.Row;
import java.time.Instant;
import java.util.List;

/**
 * Rows that were read together, in key order, all in one view of the database.
 *
 * @param rows complete rows, with the columns that the stream sends for this table
 * @param bytes roughly the memory that the rows hold
 * @param lastKey the key of the last row, as {@link KeyRange} writes it; empty when there are no rows
 * @param atEnd whether the range has no further rows in that view
 * @param watermark the view
 * @param readAt when, by the database's clock
 */
public record SnapshotChunk(
        List<Row> rows, long bytes, List<String> lastKey, boolean atEnd, Watermark watermark, Instant readAt) {

    public SnapshotChunk {
        lastKey = List.copyOf(lastKey);
    }
}
