package io.rustcdc.snapshot;

import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.event.Row;
import java.time.Instant;
import java.util.List;

/**
 * Rows that belong at the present place of the stream.
 *
 * @param before the table's progress before them
 * @param after the table's progress once they are acknowledged
 */
record Portion(TableSnapshot before, TableSnapshot after, List<Row> rows, long bytes, Instant readAt) {}
