package io.rustcdc.benchmarks;

import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Counts the rows of a backlog as they arrive on one thread, and tells what they cost this JVM. */
final class Measurement {

    private final long expected;
    private final CountDownLatch done = new CountDownLatch(1);
    private long rows;
    private final ServerProbe server;
    private volatile @Nullable CpuMeter cpu;
    private volatile @Nullable PeakHeap heap;
    private volatile long begunAt;
    private volatile long firstAt;
    private volatile long lastAt;

    Measurement(long expected, ServerProbe server) {
        this.expected = expected;
        this.server = server;
    }

    /** Called when the connection is about to be opened. */
    void begin() {
        heap = new PeakHeap();
        cpu = new CpuMeter(server);
        begunAt = System.nanoTime();
    }

    void row() {
        if (rows == 0) {
            firstAt = System.nanoTime();
        }
        if (++rows == expected) {
            lastAt = System.nanoTime();
            done.countDown();
        }
    }

    boolean isDone() {
        return done.getCount() == 0;
    }

    void awaitLastRow() throws InterruptedException {
        done.await();
    }

    /** To be called right after the last row. */
    CaptureResult captured() {
        CpuMeter.Used used = Objects.requireNonNull(cpu).used();
        return new CaptureResult(
                expected,
                (lastAt - begunAt) / 1e9,
                (firstAt - begunAt) / 1e9,
                used.own(),
                server.senderCpuSeconds(),
                used.otherCores(),
                Objects.requireNonNull(heap).bytes(),
                ProcFiles.peakRssBytes());
    }

    /** As {@link #captured()}, where no slot is read. */
    RowsResult read() {
        CpuMeter.Used used = Objects.requireNonNull(cpu).used();
        return new RowsResult(
                expected,
                (lastAt - begunAt) / 1e9,
                (firstAt - begunAt) / 1e9,
                used.own(),
                used.otherCores(),
                Objects.requireNonNull(heap).bytes(),
                ProcFiles.peakRssBytes());
    }
}
