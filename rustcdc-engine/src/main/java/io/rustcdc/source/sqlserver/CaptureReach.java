package io.rustcdc.source.sqlserver;

import io.rustcdc.event.TableId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the stream has seen, for those who look from outside. Thread-safe. */
final class CaptureReach {

    private final PollLatencies latencies = new PollLatencies();
    private volatile @Nullable SqlServerOffset offset;
    private volatile Map<TableId, String> lineages = Map.of();

    void begin(SqlServerOffset start, Map<TableId, String> known) {
        offset = start;
        lineages = known;
    }

    void polled(long nanos) {
        latencies.add(nanos);
    }

    void reached(SqlServerOffset position, Map<TableId, String> known) {
        offset = position;
        lineages = known;
    }

    /** Up to where all was handed over; null before the first connection. */
    @Nullable
    SqlServerOffset offset() {
        return offset;
    }

    /** The instance that a table's changes came from first, without a gap since; null when it is not read yet. */
    @Nullable
    String lineage(TableId table) {
        return lineages.get(table);
    }

    PollLatencies latencies() {
        return latencies;
    }
}
