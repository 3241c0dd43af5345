package io.rustcdc.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Commits transactions of one row at fixed moments, whatever becomes of the ones before: an open loop, so a stall shows in
 * the figures instead of thinning them out. All times are by {@link System#nanoTime()} of this JVM.
 */
final class SteadyWriter {

    /** Enough for commits that take 16 ms each at 500 in a second. */
    private static final int CONNECTIONS = 8;

    private final Target target;
    private final long intervalNanos;
    private final long[] dueAt;
    private final long[] sentAt;
    private final long[] committedAt;
    private final AtomicInteger next = new AtomicInteger();

    SteadyWriter(Target target, int transactions, int rate) {
        this.target = target;
        this.intervalNanos = 1_000_000_000L / rate;
        this.dueAt = new long[transactions];
        this.sentAt = new long[transactions];
        this.committedAt = new long[transactions];
    }

    /** Writes all transactions; the row of the n-th has the id n, from 0. */
    void write() throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
        try {
            long begin = System.nanoTime() + 200_000_000L;
            for (int i = 0; i < dueAt.length; i++) {
                dueAt[i] = begin + i * intervalNanos;
            }
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                writers.add(threads.submit(() -> {
                    writeDue();
                    return null;
                }));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    long dueAt(int transaction) {
        return dueAt[transaction];
    }

    long sentAt(int transaction) {
        return sentAt[transaction];
    }

    long committedAt(int transaction) {
        return committedAt[transaction];
    }

    private void writeDue() throws SQLException {
        try (Connection connection = target.connect();
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO " + target.table() + " VALUES (?, 17, 'NEW', 19.90)")) {
            for (int i = next.getAndIncrement(); i < dueAt.length; i = next.getAndIncrement()) {
                for (long left = dueAt[i] - System.nanoTime(); left > 0; left = dueAt[i] - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                sentAt[i] = System.nanoTime();
                insert.setLong(1, i);
                insert.executeUpdate();
                committedAt[i] = System.nanoTime();
            }
        }
    }
}
