package io.rustcdc.snapshot;

import io.rustcdc.source.KeyRange;
import io.rustcdc.source.SnapshotBackend;
import io.rustcdc.source.SnapshotChunk;
import io.rustcdc.source.SnapshotReader;
import io.rustcdc.source.SnapshotTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connections that read whole ranges in parallel, each range by one of them and in order. {@link #poll} and {@link #close}
 * are one thread's.
 */
final class PortionFeed implements AutoCloseable {

    private static final int PORTIONS_PER_WORKER = 2;

    private final SnapshotBackend backend;
    private final Queue<Task> tasks;
    private final BlockingQueue<Read> portions;
    private final List<Thread> threads = new ArrayList<>();
    private final Queue<SnapshotReader> open = new ConcurrentLinkedQueue<>();
    private final ArrayDeque<Read> taken = new ArrayDeque<>();
    private final int limit;
    private volatile @Nullable RuntimeException failure;
    private volatile boolean closed;

    /** A range to be read by one worker. */
    record Task(
            SnapshotTable table, KeyRange range, @Nullable String condition) {}

    /** Rows of a task. */
    record Read(Task task, SnapshotChunk chunk) {}

    PortionFeed(String sourceName, SnapshotBackend backend, List<Task> tasks, int workers, int limit) {
        this.backend = backend;
        this.tasks = new ConcurrentLinkedQueue<>(tasks);
        this.limit = limit;
        int count = Math.min(workers, tasks.size());
        this.portions = new ArrayBlockingQueue<>(Math.max(1, count * PORTIONS_PER_WORKER));
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(this::work, "rustcdc-" + sourceName + "-snapshot-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
    }

    /**
     * The next portion that has been read; null when none has.
     *
     * @throws RuntimeException what a worker failed with, once the portions read before are taken
     */
    @Nullable
    Read poll() {
        if (taken.isEmpty()) {
            portions.drainTo(taken);
        }
        Read next = taken.poll();
        RuntimeException failed = failure;
        if (next == null && failed != null && portions.isEmpty()) {
            throw failed;
        }
        return next;
    }

    private void work() {
        try (SnapshotReader reader = backend.open()) {
            open.add(reader);
            for (Task task = tasks.poll(); task != null && !closed; task = tasks.poll()) {
                Task current = task;
                reader.readThrough(
                        task.table(), task.range(), task.condition(), limit, chunk -> put(new Read(current, chunk)));
            }
        } catch (RuntimeException e) {
            if (!closed) {
                failure = e;
            }
        }
    }

    private boolean put(Read read) {
        try {
            while (!closed) {
                if (portions.offer(read, 100, TimeUnit.MILLISECONDS)) {
                    return true;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /** Ends the reads under way; their threads close the connections. */
    @Override
    public void close() {
        closed = true;
        tasks.clear();
        open.forEach(SnapshotReader::cancel);
    }
}
