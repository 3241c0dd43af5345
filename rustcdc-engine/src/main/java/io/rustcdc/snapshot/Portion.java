package io.rustcdc.snapshot;

import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.event.Row;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;

/**
 * Rows that belong at the present place of the stream.
 *
 * @param before the table's progress before them
 * @param after the table's progress once they are acknowledged
 * @param endedChunk how many rows the chunk has that ends with these, when it does: then the progress is to be saved
 */
record Portion(
        TableSnapshot before,
        TableSnapshot after,
        List<Row> rows,
        long bytes,
        Instant readAt,
        OptionalInt endedChunk) {}
