package io.rustcdc.snapshot;

import io.rustcdc.snapshot.ChunkRead.Timed;
import io.rustcdc.source.KeyRange;
import io.rustcdc.source.SnapshotBackend;
import io.rustcdc.source.SnapshotChunk;
import io.rustcdc.source.SnapshotReader;
import io.rustcdc.source.SnapshotTable;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The connection and the thread that read chunks, one after the other, at the speed that is wished for. {@link #submit} and
 * {@link #isAllowed} are the reader thread's.
 */
final class ChunkReads implements AutoCloseable {

    /** A chunk below this may become twice as large. */
    private static final long ROOMY_BYTES = 3L << 20;

    private final SnapshotBackend backend;
    private final ExecutorService executor;
    private final ChunkSizer sizer;
    private final RowRate rate;
    private volatile @Nullable SnapshotReader reader;
    private volatile boolean closed;

    ChunkReads(String sourceName, SnapshotBackend backend, ChunkSizer sizer, RowRate rate) {
        this.backend = backend;
        this.sizer = sizer;
        this.rate = rate;
        this.executor = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "rustcdc-" + sourceName + "-snapshot");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Whether the limit on rows lets the next chunk be read now. */
    boolean isAllowed() {
        return rate.isAllowed();
    }

    Future<Timed> submit(SnapshotTable table, KeyRange range, @Nullable String condition) {
        int limit = sizer.size();
        rate.spend(limit);
        return executor.submit(() -> read(table, range, condition, limit));
    }

    void tooSlow() {
        sizer.tooSlow();
    }

    private Timed read(SnapshotTable table, KeyRange range, @Nullable String condition, int limit) {
        long begin = System.nanoTime();
        SnapshotReader connection = reader;
        try {
            if (connection == null) {
                connection = backend.open();
                reader = connection;
            }
            SnapshotChunk chunk = connection.read(table, range, condition, limit);
            Duration time = Duration.ofNanos(System.nanoTime() - begin);
            if (chunk.rows().size() >= limit) {
                sizer.took(time, chunk.bytes() < ROOMY_BYTES);
            } else if (!chunk.atEnd()) {
                sizer.cut(chunk.rows().size());
            }
            return new Timed(chunk, time);
        } catch (RuntimeException e) {
            closeReader();
            throw e;
        } finally {
            if (closed) {
                closeReader();
            }
        }
    }

    private void closeReader() {
        SnapshotReader connection = reader;
        reader = null;
        if (connection != null) {
            connection.close();
        }
    }

    /** Ends a running read; its thread closes the connection. */
    @Override
    public void close() {
        closed = true;
        SnapshotReader connection = reader;
        if (connection != null) {
            connection.cancel();
        }
        executor.execute(this::closeReader);
        executor.shutdown();
    }
}
