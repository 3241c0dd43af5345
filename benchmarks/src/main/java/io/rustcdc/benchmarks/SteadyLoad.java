package io.rustcdc.benchmarks;

import io.rustcdc.CdcEngine;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.snapshot.SnapshotMode;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntToLongFunction;

/** Measures how long a change takes from its commit to the listener, at a steady load. */
final class SteadyLoad {

    /** Until the code that runs for each transaction is compiled. */
    private static final int WARM_UP_SECONDS = 5;

    private final Target target;
    private final int rate;
    private final int warmUp;
    private final int transactions;
    private final long[] arrivedAt;
    private final CountDownLatch allArrived = new CountDownLatch(1);
    private int arrived;

    SteadyLoad(Task task) {
        this.target = task.target();
        this.rate = task.rate();
        this.warmUp = Math.min(WARM_UP_SECONDS, task.seconds()) * rate;
        this.transactions = warmUp + task.seconds() * rate;
        this.arrivedAt = new long[transactions];
    }

    /**
     * @param mode INITIAL to have the table's rows read all the time, from the begin again when the end is reached
     */
    LatencyResult measure(SnapshotMode mode) throws Exception {
        Percentiles fsync = FsyncProbe.measure(Path.of(target.directory()));
        SteadyWriter writer = new SteadyWriter(target, transactions, rate);
        try (ServerProbe server = target.probe();
                CdcEngine engine = EngineReader.engine(target, mode, (event, acknowledgment) -> arrived(event));
                RowsAgain rows = new RowsAgain(engine, target.table())) {
            engine.start();
            if (mode == SnapshotMode.INITIAL) {
                rows.start();
            }
            CpuMeter cpu = new CpuMeter(server);
            writer.write();
            if (!allArrived.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "Of %d changes only some arrived: %s".formatted(transactions, engine.status()));
            }
            return result(fsync, writer, cpu.used());
        }
    }

    private void arrived(ChangeEvent<Row> event) {
        if (event.operation() == Operation.READ) {
            return;
        }
        Row row = Objects.requireNonNull(event.after());
        int id = Math.toIntExact((Long) Objects.requireNonNull(row.value(0)));
        arrivedAt[id] = System.nanoTime();
        if (++arrived == transactions) {
            allArrived.countDown();
        }
    }

    private LatencyResult result(Percentiles fsync, SteadyWriter writer, CpuMeter.Used used) {
        long span = writer.committedAt(transactions - 1) - writer.sentAt(warmUp);
        return new LatencyResult(
                fsync,
                counted(i -> writer.committedAt(i) - writer.sentAt(i)),
                counted(i -> arrivedAt[i] - writer.sentAt(i)),
                counted(i -> arrivedAt[i] - writer.committedAt(i)),
                counted(i -> arrivedAt[i] - writer.dueAt(i)),
                counted(i -> writer.sentAt(i) - writer.dueAt(i)),
                (transactions - warmUp) / (span / 1e9),
                used.ownCores(),
                used.otherCores());
    }

    private Percentiles counted(IntToLongFunction nanosOf) {
        long[] nanos = new long[transactions - warmUp];
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = nanosOf.applyAsLong(warmUp + i);
        }
        return Percentiles.ofNanos(nanos);
    }
}
