package io.rustcdc.snapshot;

import io.rustcdc.snapshot.ChunkRead.Timed;
import io.rustcdc.source.KeyRange;
import io.rustcdc.source.RunningTransaction;
import io.rustcdc.source.SnapshotBackend;
import io.rustcdc.source.SnapshotChunk;
import io.rustcdc.source.SnapshotReader;
import io.rustcdc.source.SnapshotTable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The connection and the thread that read chunks, one after the other, at the speed that is wished for. All but {@link #close} and
 * what runs on the thread of its own is the reader thread's.
 */
final class ChunkReads implements AutoCloseable {

    /** A chunk below this may become twice as large. */
    private static final long ROOMY_BYTES = 3L << 20;

    private static final long LONGEST_WAIT_MILLIS = 200;
    private static final int FIRST_WITHOUT_WAIT = 8;

    private final SnapshotBackend backend;
    private final ExecutorService executor;
    private final ChunkSizer sizer;
    private final RowRate rate;
    private int early;
    private long notBefore = System.nanoTime();
    private volatile @Nullable SnapshotReader reader;
    private volatile boolean closed;
    private volatile boolean unreachable;

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

    /** Whether the limit on rows, and what came of the last chunks, let the next chunk be read now. */
    boolean isAllowed() {
        return rate.isAllowed() && System.nanoTime() - notBefore >= 0;
    }

    /**
     * A chunk was read too early: it lacks what the stream had brought. That mostly passes at once, but takes as long as a
     * commit that waits for a standby.
     */
    void tooEarly() {
        long wait = Math.min(LONGEST_WAIT_MILLIS, (1L << Math.min(early++, 20)) / FIRST_WITHOUT_WAIT);
        notBefore = System.nanoTime() + Duration.ofMillis(wait).toNanos();
    }

    /** A chunk was of use. */
    void inTime() {
        early = 0;
    }

    Future<Timed> submit(SnapshotTable table, KeyRange range, @Nullable String condition) {
        int limit = sizer.size();
        rate.spend(limit);
        return executor.submit(() -> read(table, range, condition, limit));
    }

    /** Whether the last read failed before it began, for want of a connection; that is no fault of a table. */
    boolean isUnreachable() {
        return unreachable;
    }

    void tooSlow() {
        sizer.tooSlow();
    }

    /** The transactions that run at a moment after this call. */
    Future<List<RunningTransaction>> running() {
        return executor.submit(() -> connected(SnapshotReader::running));
    }

    private Timed read(SnapshotTable table, KeyRange range, @Nullable String condition, int limit) {
        long begin = System.nanoTime();
        SnapshotChunk chunk = connected(connection -> connection.read(table, range, condition, limit));
        Duration time = Duration.ofNanos(System.nanoTime() - begin);
        if (chunk.rows().size() >= limit) {
            sizer.took(time, chunk.bytes() < ROOMY_BYTES);
        } else if (!chunk.atEnd()) {
            sizer.cut(chunk.rows().size());
        }
        return new Timed(chunk, time);
    }

    private <T> T connected(Function<SnapshotReader, T> work) {
        SnapshotReader connection = reader;
        try {
            if (connection == null) {
                unreachable = true;
                connection = backend.open();
                reader = connection;
                unreachable = false;
            }
            return work.apply(connection);
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
