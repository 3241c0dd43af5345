package io.rustcdc.snapshot;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.source.KeyRange;
import io.rustcdc.source.SnapshotChunk;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.TableGoneException;
import io.rustcdc.source.TransactionMark;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** A chunk that is being read, or waits for its place, with the window of what the stream brings meanwhile. */
final class ChunkRead {

    private final KeyRange range;
    private final ChunkWindow window;
    private final long begunBefore;
    private final Future<SnapshotChunk> future;
    private boolean checked;

    /**
     * @param begunBefore how many transactions the stream had brought when the window was opened
     */
    ChunkRead(KeyRange range, ChunkWindow window, long begunBefore, Future<SnapshotChunk> future) {
        this.range = range;
        this.window = window;
        this.begunBefore = begunBefore;
        this.future = future;
    }

    KeyRange range() {
        return range;
    }

    ChunkWindow window() {
        return window;
    }

    boolean isRead() {
        return future.isDone();
    }

    /**
     * The chunk, once it is read.
     *
     * @throws SourceException when it could not be read
     * @throws TableGoneException when there is nothing to read any more
     */
    SnapshotChunk result() {
        return result(future);
    }

    /** What a finished read gave, or throws what it failed with. */
    static <T> T result(Future<T> finished) {
        try {
            return finished.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("A result that is there was waited for", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("A read failed", e.getCause());
        }
    }

    /** What is left of the range behind this chunk; only when it is not at the end. */
    KeyRange rest() {
        return range.startingAfter(result().lastKey());
    }

    /** Takes note of a change that is handed over, unless the chunk is known to show it. */
    void record(ChangeEvent<Row> event, TransactionMark mark, int bytes) {
        if (!checked || !result().watermark().includes(mark)) {
            window.record(event, mark, bytes);
        }
    }

    /** Whether the chunk shows all that was delivered before its window was opened; false is the last word. */
    boolean isSound(RecentTransactions recent) {
        if (!checked) {
            checked = !recent.isLackingIn(result().watermark(), begunBefore);
            window.forgetIncluded(result().watermark());
        }
        return checked && !window.isUnusable();
    }

    void cancel() {
        future.cancel(false);
    }
}
