package io.rustcdc.snapshot;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.KeyRange;
import io.rustcdc.source.SnapshotBackend;
import io.rustcdc.source.SnapshotChunk;
import io.rustcdc.source.SnapshotReader;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.TableGoneException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections that read whole ranges in parallel, each range by one of them and in order. A range whose connection is lost goes on
 * over another one. {@link #poll}, {@link #isOver} and {@link #close} are one thread's.
 */
final class PortionFeed implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(PortionFeed.class);

    private static final int PORTIONS_PER_WORKER = 2;

    /** After so many in a row that read nothing a worker gives up. */
    private static final int MOST_FAILURES = 3;

    private final SnapshotBackend backend;
    private final Queue<Task> tasks;
    private final BlockingQueue<Read> portions;
    private final Queue<TableGoneException> gone = new ConcurrentLinkedQueue<>();
    private final Queue<SnapshotReader> open = new ConcurrentLinkedQueue<>();
    private final ArrayDeque<Read> taken = new ArrayDeque<>();
    private final AtomicInteger working;
    private final int limit;
    private volatile @Nullable Throwable failure;
    private volatile boolean unread;
    private volatile boolean closed;

    /**
     * A range to be read by one worker.
     *
     * @param lastTry whether it is not read again when that fails, since nothing was read of it before, or since it would be another
     *     view
     */
    record Task(
            SnapshotTable table, KeyRange range, @Nullable String condition, boolean lastTry) {}

    /** Rows of a task. */
    record Read(Task task, SnapshotChunk chunk) {}

    PortionFeed(String sourceName, SnapshotBackend backend, List<Task> tasks, int workers, int limit) {
        this.backend = backend;
        this.tasks = new ConcurrentLinkedQueue<>(tasks);
        this.limit = limit;
        int count = Math.min(workers, tasks.size());
        this.working = new AtomicInteger(count);
        this.portions = new ArrayBlockingQueue<>(Math.max(1, count * PORTIONS_PER_WORKER));
        List<Thread> threads = new ArrayList<>();
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
     * @throws TableGoneException for a table that is gone; the others are read on
     * @throws RuntimeException what ended the reading with something unread, once the portions read before are taken
     */
    @Nullable
    Read poll() {
        boolean ended = working.get() == 0; // before the look at what is there: after that nothing more comes
        TableGoneException missing = gone.poll();
        if (missing != null) {
            throw missing;
        }
        if (taken.isEmpty()) {
            portions.drainTo(taken);
        }
        Read next = taken.poll();
        if (next == null) {
            Throwable end = end(ended);
            if (end instanceof Error error) {
                throw error;
            }
            if (end != null) {
                throw (RuntimeException) end;
            }
        }
        return next;
    }

    /** What ended the reading with something unread; null for nothing. A lost connection does that only when no worker is left. */
    private @Nullable Throwable end(boolean noneWorks) {
        Throwable failed = failure;
        boolean left = unread || !tasks.isEmpty();
        return failed != null && isTransient(failed) && !(noneWorks && left) ? null : failed;
    }

    /** Whether all has been read and taken. What ended the reading with something unread is for {@link #poll} to throw first. */
    boolean isOver() {
        return working.get() == 0 && gone.isEmpty() && taken.isEmpty() && portions.isEmpty() && end(true) == null;
    }

    private void work() {
        try {
            int failures = 0;
            while (!closed && !tasks.isEmpty() && failures < MOST_FAILURES) {
                failures = readTasks() ? 0 : failures + 1;
            }
        } catch (RuntimeException | Error e) {
            failed(e); // without a connection: what is left is the others'
        } finally {
            working.decrementAndGet();
        }
    }

    /**
     * Reads over one connection until nothing is left or something fails.
     *
     * @return whether anything was read
     */
    private boolean readTasks() {
        SnapshotReader reader = backend.open();
        open.add(reader);
        boolean any = false;
        try (reader) {
            for (Task task = tasks.poll(); task != null && !closed; task = tasks.poll()) {
                Taker taker = new Taker(task);
                boolean sound = read(reader, task, taker);
                any |= taker.any;
                if (!sound) {
                    break;
                }
            }
        } finally {
            open.remove(reader);
        }
        return any;
    }

    /** Reads one range; false when the connection is of no use any more. */
    private boolean read(SnapshotReader reader, Task task, Taker taker) {
        try {
            reader.readThrough(task.table(), task.range(), task.condition(), limit, taker);
            return true;
        } catch (TableGoneException e) {
            tasks.removeIf(other -> other.table().id().equals(e.table()));
            gone.add(e);
            taker.any = true; // the connection is sound, only the transaction has ended
        } catch (SourceException e) {
            if (!isTransient(e)) {
                throw e;
            }
            failed(e);
            Task rest = taker.rest();
            if (rest == null) {
                unread = true;
            } else {
                tasks.add(rest);
            }
        }
        return false;
    }

    private void failed(Throwable e) {
        if (closed) {
            return;
        }
        if (failure == null || !isTransient(e)) {
            failure = e;
        }
        logger.debug("Reading rows failed over one of the connections", e);
    }

    private static boolean isTransient(Throwable e) {
        return e instanceof SourceException failed && failed.kind() == FailureKind.TRANSIENT;
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

    /** Takes the portions of one task, and knows what is left of it. */
    private final class Taker implements SnapshotReader.PortionSink {

        private final Task task;
        private KeyRange range;
        private boolean any;

        Taker(Task task) {
            this.task = task;
            this.range = task.range();
        }

        @Override
        public boolean accept(SnapshotChunk portion) {
            any |= !portion.rows().isEmpty();
            if (!portion.lastKey().isEmpty()) {
                range = range.startingAfter(portion.lastKey());
            }
            return put(new Read(task, portion));
        }

        /** What is to be tried again; null for nothing: rows without a key have no order to go on in. */
        @Nullable
        Task rest() {
            if (any) {
                return task.table().isKeyed() ? new Task(task.table(), range, task.condition(), false) : null;
            }
            return task.lastTry() ? null : new Task(task.table(), range, task.condition(), true);
        }
    }
}
