package io.rustcdc.source.mysql;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Rows that were asked for, one after the other. For one thread. */
interface SnapshotRows extends AutoCloseable {

    /** The cells of the next row, each null for NULL; null at the end. */
    byte @Nullable [] @Nullable [] next() throws SQLException;

    @Override
    void close() throws SQLException;

    /** As they come from the server. */
    static SnapshotRows of(ResultSet result, int columns) {
        return new SnapshotRows() {

            @Override
            public byte @Nullable [] @Nullable [] next() throws SQLException {
                if (!result.next()) {
                    return null;
                }
                byte[] @Nullable [] cells = new byte[columns] @Nullable [];
                for (int i = 0; i < columns; i++) {
                    cells[i] = result.getBytes(i + 1);
                }
                return cells;
            }

            @Override
            public void close() throws SQLException {
                result.close();
            }
        };
    }
}
