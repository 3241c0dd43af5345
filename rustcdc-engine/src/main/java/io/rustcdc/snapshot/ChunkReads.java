package io.rustcdc.snapshot;

import io.rustcdc.source.KeyRange;
import io.rustcdc.source.RunningTransaction;
import io.rustcdc.source.SnapshotBackend;
import io.rustcdc.source.SnapshotChunk;
import io.rustcdc.source.SnapshotReader;
import io.rustcdc.source.SnapshotTable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
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
    private boolean resting = true;

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

    Future<SnapshotChunk> submit(SnapshotTable table, KeyRange range, @Nullable String condition) {
        resting = false;
        // As long as the chunks come too early, they are thrown away, so they had better be small.
        int limit = early > FIRST_WITHOUT_WAIT ? Math.min(ChunkSizer.SMALLEST, sizer.size()) : sizer.size();
        rate.spend(range.isOnlyOneKey() ? 1 : limit);
        return executor.submit(() -> read(table, range, condition, limit));
    }

    /** Whether the last read failed before it began, for want of a connection; that is no fault of a table. */
    boolean isUnreachable() {
        return unreachable;
    }

    /** Gives the connection back until there is something to read again: nobody would notice when it breaks. */
    void rest() {
        if (!resting) {
            resting = true;
            executor.execute(this::closeReader);
        }
    }

    void tooSlow() {
        sizer.tooSlow();
    }

    /** The transactions that run at a moment after this call. */
    Future<List<RunningTransaction>> running() {
        resting = false;
        return executor.submit(() -> connected(SnapshotReader::running));
    }

    private SnapshotChunk read(SnapshotTable table, KeyRange range, @Nullable String condition, int limit) {
        return connected(connection -> {
            SnapshotChunk chunk = connection.read(table, range, condition, limit);
            learn(chunk, range, limit);
            return chunk;
        });
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
            if (closed) {
                throw new CancellationException("The source is being stopped");
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

    private void learn(SnapshotChunk chunk, KeyRange range, int limit) {
        boolean full = chunk.rows().size() >= limit
                || (!chunk.atEnd() && !chunk.lastKey().isEmpty());
        if (range.isOnlyOneKey() || !full) {
            return;
        }
        if (chunk.rows().size() < limit && chunk.bytes() >= ROOMY_BYTES) {
            sizer.cut(chunk.rows().size());
        } else {
            sizer.took(chunk.took(), chunk.bytes() < ROOMY_BYTES);
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
