package io.rustcdc.source.mysql;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.SourceException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Rows in a temporary file: taken from the server as fast as it sends them, handed on as fast as somebody wants them. For one
 * thread.
 */
final class SpooledRows implements SnapshotRows {

    private static final int NULL = -1;

    private final Path file;
    private final DataInputStream in;
    private final int columns;
    private long left;

    private SpooledRows(Path file, DataInputStream in, int columns, long left) {
        this.file = file;
        this.in = in;
        this.columns = columns;
        this.left = left;
    }

    /** Takes all that there are. */
    static SpooledRows of(SnapshotRows rows, int columns) throws SQLException {
        try {
            Path file = Files.createTempFile("rustcdc-rows-", ".cells");
            try {
                long count = write(rows, file);
                DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)));
                return new SpooledRows(file, in, columns, count);
            } catch (IOException | SQLException | RuntimeException e) {
                Files.deleteIfExists(file);
                throw e;
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private static long write(SnapshotRows rows, Path file) throws IOException, SQLException {
        long count = 0;
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            for (byte @Nullable [] @Nullable [] row = rows.next(); row != null; row = rows.next()) {
                for (byte @Nullable [] cell : row) {
                    out.writeInt(cell == null ? NULL : cell.length);
                    if (cell != null) {
                        out.write(cell);
                    }
                }
                count++;
            }
        }
        return count;
    }

    @Override
    public byte @Nullable [] @Nullable [] next() {
        if (left == 0) {
            return null;
        }
        left--;
        byte[] @Nullable [] cells = new byte[columns] @Nullable [];
        try {
            for (int i = 0; i < columns; i++) {
                int length = in.readInt();
                cells[i] = length == NULL ? null : in.readNBytes(length);
            }
            return cells;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private static SourceException failed(IOException e) {
        return new SourceException(
                FailureKind.TRANSIENT,
                "Rows of a table without views could not be kept in a temporary file: %s".formatted(e),
                "Look at the space and the rights of the folder for temporary files (java.io.tmpdir)",
                e);
    }

    @Override
    public void close() {
        try {
            in.close();
            Files.deleteIfExists(file);
        } catch (IOException e) {
            file.toFile().deleteOnExit();
        }
    }
}
