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
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The events of an XA transaction that is prepared and may still be rolled back: the log has its rows now, and much later one
 * statement that says what becomes of them. Small ones wait in memory, large ones in a temporary file. First {@link #add}, then
 * {@link #next}. For one thread.
 */
final class PreparedTransaction implements EventSequence {

    private static final long MOST_IN_MEMORY = 1 << 20;

    private final @Nullable Gtid gtid;
    private final BinlogPosition begin;
    private final Deque<BinlogEvent> events = new ArrayDeque<>();
    private long bytes;
    private @Nullable Path file;
    private @Nullable DataOutputStream out;
    private @Nullable DataInputStream in;

    /**
     * @param gtid of the part of the log that prepares it; null if it has none
     * @param begin where that part begins
     */
    PreparedTransaction(@Nullable Gtid gtid, BinlogPosition begin) {
        this.gtid = gtid;
        this.begin = begin;
    }

    BinlogPosition begin() {
        return begin;
    }

    @Nullable
    Gtid gtid() {
        return gtid;
    }

    void add(BinlogEvent event) {
        bytes += event.bodySize();
        try {
            if (file == null && bytes <= MOST_IN_MEMORY) {
                events.add(event);
                return;
            }
            DataOutputStream spool = spool();
            for (BinlogEvent earlier = events.poll(); earlier != null; earlier = events.poll()) {
                write(earlier, spool);
            }
            write(event, spool);
        } catch (IOException e) {
            throw failed("written to", e);
        }
    }

    @Override
    public @Nullable BinlogEvent next() {
        if (file == null) {
            return events.poll();
        }
        try {
            DataInputStream spooled = spooled();
            int size = spooled.readInt();
            if (size < 0) {
                return null;
            }
            byte[] event = spooled.readNBytes(size);
            return new BinlogEvent(event, 0, event.length);
        } catch (IOException e) {
            throw failed("read from", e);
        }
    }

    private DataOutputStream spool() throws IOException {
        DataOutputStream open = out;
        if (open == null) {
            Path created = Files.createTempFile("rustcdc-xa-", ".events");
            file = created;
            open = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(created)));
            out = open;
        }
        return open;
    }

    private DataInputStream spooled() throws IOException {
        DataInputStream open = in;
        if (open == null) {
            try (DataOutputStream end = spool()) {
                end.writeInt(-1);
            }
            open = new DataInputStream(new BufferedInputStream(Files.newInputStream(Objects.requireNonNull(file))));
            in = open;
        }
        return open;
    }

    private static void write(BinlogEvent event, DataOutputStream spool) throws IOException {
        int start = event.bodyStart() - BinlogEvent.HEADER_BYTES;
        byte[] copy = Arrays.copyOfRange(event.bytes(), start, event.bodyEnd());
        spool.writeInt(copy.length);
        spool.write(copy);
    }

    private static SourceException failed(String doing, IOException e) {
        return new SourceException(
                FailureKind.TRANSIENT,
                "The rows of a prepared XA transaction could not be %s a temporary file: %s".formatted(doing, e),
                "Look at the space and the rights of the folder for temporary files (java.io.tmpdir).",
                e);
    }

    @Override
    public void close() {
        events.clear();
        Path spooled = file;
        if (spooled == null) {
            return;
        }
        closeQuietly(out);
        closeQuietly(in);
        if (!spooled.toFile().delete()) {
            spooled.toFile().deleteOnExit();
        }
    }

    private static void closeQuietly(@Nullable AutoCloseable open) {
        if (open != null) {
            MySqlConnections.closeQuietly(open);
        }
    }
}
