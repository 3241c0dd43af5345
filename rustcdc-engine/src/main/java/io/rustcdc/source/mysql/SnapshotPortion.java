package io.rustcdc.source.mysql;

import io.rustcdc.event.Row;
import io.rustcdc.source.SnapshotChunk;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Rows on their way into a chunk. */
final class SnapshotPortion {

    /** No chunk is much larger. */
    static final long MOST_BYTES = 8L << 20;

    /** The objects around one row, and around the bytes of each column. */
    private static final int ROW_BYTES = 56;

    private static final int CELL_BYTES = 24;

    private final ReadableTable table;
    private final int columns;
    private final List<Row> rows = new ArrayList<>();
    private long bytes;

    SnapshotPortion(ReadableTable table) {
        this.table = table;
        this.columns = table.shape().columns().size();
    }

    /** Takes the row that the result is at. */
    void add(ResultSet result) throws SQLException {
        byte[] @Nullable [] cells = new byte[columns][];
        bytes += ROW_BYTES + (long) columns * CELL_BYTES;
        for (int i = 0; i < columns; i++) {
            byte[] cell = result.getBytes(i + 1);
            cells[i] = cell;
            bytes += cell == null ? 0 : cell.length;
        }
        rows.add(new CellRow(table.shape(), cells));
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
                int index = table.shape().columns().indexOf(column);
                lastKey.add(Objects.requireNonNull(last.text(index), "key"));
            }
        }
        return lastKey;
    }

    SnapshotChunk chunk(List<String> lastKey, boolean atEnd, SnapshotChunk.View view, Duration took) {
        return new SnapshotChunk(rows, bytes, lastKey, atEnd, view, took);
    }
}
