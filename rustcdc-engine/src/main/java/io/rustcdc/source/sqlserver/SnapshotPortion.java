package io.rustcdc.source.sqlserver;

import io.rustcdc.event.Row;
import io.rustcdc.source.SnapshotChunk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Rows on their way into a chunk. */
final class SnapshotPortion {

    /** No chunk is much larger. */
    private static final long MOST_BYTES = 8L << 20;

    private final ReadableTable table;
    private final List<Row> rows = new ArrayList<>();
    private long bytes;

    SnapshotPortion(ReadableTable table) {
        this.table = table;
    }

    void add(SqlServerRow row) {
        bytes += row.bytes();
        rows.add(row);
    }

    int size() {
        return rows.size();
    }

    boolean isLarge() {
        return bytes >= MOST_BYTES;
    }

    /** Of the last row; empty without rows, or without a key. */
    List<String> lastKey() {
        List<String> lastKey = new ArrayList<>();
        if (!rows.isEmpty()) {
            Row last = rows.get(rows.size() - 1);
            for (String column : table.key()) {
                lastKey.add(Objects.requireNonNull(last.text(last.columns().indexOf(column)), "key"));
            }
        }
        return lastKey;
    }

    SnapshotChunk chunk(List<String> lastKey, boolean atEnd, SnapshotChunk.View view, Duration took) {
        return new SnapshotChunk(rows, bytes, lastKey, atEnd, view, took);
    }
}
