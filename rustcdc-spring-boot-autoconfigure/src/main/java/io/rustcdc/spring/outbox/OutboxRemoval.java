package io.rustcdc.spring.outbox;

import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.delivery.CompletionHandler;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the rows of events that are done, on a thread of its own. Thread-safe.
 *
 * <p>Why no event is lost: a row is deleted when all listeners have acknowledged its event, never before. The log still has the row,
 * and the position behind it is saved after this. So a process that dies in between gets the event again from the log, or does not
 * find the row any more where existing rows are read; either way it was handled.
 *
 * <p>Why no row is left behind: the delivery thread saves the position after the rows are deleted. Only if that takes longer than it
 * waits, or fails, is a row left to this thread alone, which tries again until the application ends.
 */
public final class OutboxRemoval implements CompletionHandler, AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(OutboxRemoval.class);

    /** Rows that cannot be deleted are remembered up to so many. */
    private static final int MOST_WAITING = 100_000;

    private static final int MOST_AT_ONCE = 1000;
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final OutboxTakers takers;
    private final DataSource dataSource;
    private final RemovalCounts counts;
    private final ScheduledThreadPoolExecutor thread;

    /** Guarded by this, as is the rest. */
    private final List<DoneRow> waiting = new ArrayList<>();

    private boolean busy;
    private boolean closed;
    private boolean toldOfMany;
    private int failures;
    private @Nullable ScheduledFuture<?> nextTry;

    /** @param source for the name of the thread */
    public OutboxRemoval(String source, OutboxTakers takers, DataSource dataSource, RemovalCounts counts) {
        this.takers = takers;
        this.dataSource = dataSource;
        this.counts = counts;
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "rustcdc-" + source + "-outbox");
            made.setDaemon(true);
            return made;
        });
        thread.setKeepAliveTime(10, TimeUnit.SECONDS);
        thread.allowCoreThreadTimeOut(true);
    }

    /** The event is not done yet. */
    @Override
    public void handle(ChangeEvent<Row> event, Acknowledgment acknowledgment) {}

    @Override
    public void completed(List<ChangeEvent<Row>> changes) {
        List<DoneRow> rows = takers.done(changes);
        if (!rows.isEmpty()) {
            add(rows);
            awaitDeleted(PATIENCE);
        }
    }

    private synchronized void add(List<DoneRow> rows) {
        if (waiting.size() + rows.size() > MOST_WAITING) {
            if (!toldOfMany) {
                toldOfMany = true;
                logger.warn(
                        "Too many rows of the outbox cannot be deleted: {} wait, and further ones stay for good. Delete them yourself.",
                        waiting.size());
            }
            return;
        }
        waiting.addAll(rows);
        if (!busy && !closed) {
            busy = true;
            thread.execute(this::deleteAll);
        }
    }

    /** Not while it fails: then nothing is held up by it. */
    private synchronized void awaitDeleted(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        try {
            for (long left = patience.toMillis();
                    left > 0 && busy && failures == 0 && !waiting.isEmpty();
                    left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())) {
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void deleteAll() {
        for (List<DoneRow> rows = next(); !rows.isEmpty(); rows = next()) {
            try {
                counts.addRemoved(delete(rows));
                succeeded(rows.size());
            } catch (SQLException | RuntimeException e) {
                counts.addError();
                failed(rows.get(0), e);
                return;
            }
        }
    }

    /** Those that wait longest; with none, the work is over until more are added. */
    private synchronized List<DoneRow> next() {
        if (waiting.isEmpty()) {
            busy = false;
            notifyAll();
        }
        return List.copyOf(waiting.subList(0, Math.min(MOST_AT_ONCE, waiting.size())));
    }

    private long delete(List<DoneRow> rows) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            boolean automatic = connection.getAutoCommit();
            connection.setAutoCommit(false);
            try {
                long deleted = RowDeletion.delete(connection, rows);
                connection.commit();
                return deleted;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(automatic);
            }
        }
    }

    private synchronized void succeeded(int rows) {
        waiting.subList(0, rows).clear();
        if (failures > 0) {
            logger.info("Rows of the outbox can be deleted again");
            failures = 0;
        }
        notifyAll();
    }

    private synchronized void failed(DoneRow first, Exception failure) {
        if (failures == 0) {
            logger.warn(
                    "Rows of the outbox {} whose events are done cannot be deleted; it is tried again, and holds up nothing: {}",
                    first.table(),
                    RowDeletion.reason(failure));
        }
        failures++;
        notifyAll();
        if (!closed) {
            nextTry = thread.schedule(this::deleteAll, pause().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private Duration pause() {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures - 1, 10));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    /** Waits for what is under way, and gives up what fails. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            if (nextTry != null) {
                nextTry.cancel(false);
            }
        }
        awaitDeleted(PATIENCE);
        thread.shutdownNow();
        synchronized (this) {
            if (!waiting.isEmpty()) {
                logger.warn(
                        "{} rows of the outbox {} stay, although their events are done: they could not be deleted",
                        waiting.size(),
                        waiting.get(0).table());
            }
        }
    }
}
