package io.rustcdc.benchmarks;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.FileCheckpointStore;
import io.rustcdc.checkpoint.jdbc.JdbcDeadLetters;
import io.rustcdc.checkpoint.jdbc.JdbcOptions;
import io.rustcdc.checkpoint.jdbc.JdbcTables;
import io.rustcdc.deadletter.DeadLetterStore.Filter;
import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.delivery.FailurePolicy;
import io.rustcdc.delivery.FailurePolicy.Action;
import io.rustcdc.delivery.LaneOptions;
import io.rustcdc.delivery.RetryOptions;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.runtime.DeadLetters.Replayed;
import io.rustcdc.runtime.EngineOptions;
import io.rustcdc.snapshot.SnapshotMode;
import io.rustcdc.snapshot.SnapshotOptions;
import io.rustcdc.source.SourceConnector;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/** One run of {@link PoisonedKeys}: the writer, the listener and the operator. The n-th change says n in its row. */
final class PoisonedLoad implements AutoCloseable {

    /** 50 ms in all. */
    private static final RetryOptions RETRY = new RetryOptions(3, Duration.ofMillis(25), 1, Duration.ofMillis(25));

    private static final long LOOK_NANOS = 1_000_000;

    private final PostgresTarget target;
    private final PoisonedKeys.Options options;
    private final int lanes;
    private final int[] rows;
    private final AtomicLongArray committedAt;
    private final AtomicLongArray handledAt;
    private final List<List<Integer>> handledOfRow = new ArrayList<>();
    private final AtomicInteger handled = new AtomicInteger();
    private final CdcEngine engine;
    private volatile boolean mended;

    PoisonedLoad(PostgresTarget target, DataSource letters, PoisonedKeys.Options options, int lanes)
            throws SQLException {
        this.target = target;
        this.options = options;
        this.lanes = lanes;
        this.rows = new Random(42).ints(options.changes(), 0, options.rows()).toArray();
        this.committedAt = new AtomicLongArray(options.changes());
        this.handledAt = new AtomicLongArray(options.changes());
        for (int i = 0; i < options.rows(); i++) {
            handledOfRow.add(new ArrayList<>());
        }
        JdbcTables.create(letters, JdbcOptions.ofDefaults());
        SourceConnector connector = target.connector();
        FileCheckpointStore checkpoints =
                new FileCheckpointStore(Path.of(target.directory()), connector.source(), connector.offsets());
        this.engine = CdcEngine.builder(connector)
                .checkpointStore(checkpoints)
                .deadLetterStore(new JdbcDeadLetters(letters, JdbcOptions.ofDefaults(), options.changes())
                        .store(connector.source(), connector.offsets(), checkpoints))
                .options(EngineOptions.ofDefaults()
                        .withSnapshot(SnapshotOptions.ofDefaults().withMode(SnapshotMode.NEVER)))
                .subscribe(Subscription.of("listener", this::handle)
                        .withPolicy(FailurePolicy.of(Action.PARK).withRetry(RETRY))
                        .withLanes(LaneOptions.of(lanes)))
                .build();
    }

    private static boolean isPoisoned(int row) {
        return row % 100 == 7;
    }

    private void handle(ChangeEvent<Row> event, Acknowledgment acknowledgment) {
        Row after = Objects.requireNonNull(event.after());
        int n = (Integer) Objects.requireNonNull(after.get("customer_id"));
        int row = rows[n];
        if (isPoisoned(row) && !mended) {
            throw new IllegalStateException("no");
        }
        handledAt.set(n, System.nanoTime());
        List<Integer> ofRow = handledOfRow.get(row);
        synchronized (ofRow) {
            ofRow.add(n);
        }
        handled.incrementAndGet();
    }

    PoisonedKeys.Run run(int number) throws SQLException, InterruptedException {
        engine.start();
        int changes = options.changes();
        write(0, changes / 2);
        awaitHandledOrParked(changes / 2);
        mended = true;
        long parked = engine.deadLetters().count();
        CompletableFuture<Replayed> beside = engine.deadLetters().replay(Filter.all());
        write(changes / 2, changes);
        long replayed = beside.join().replayed();
        awaitHandledOrParked(changes);
        replayed += engine.deadLetters().replay(Filter.all()).join().replayed();
        long left = engine.deadLetters().count();
        return new PoisonedKeys.Run(
                lanes,
                number,
                parked,
                replayed,
                left,
                handled.get(),
                isInOrder(),
                Percentiles.ofNanos(delaysOfOthers()));
    }

    private void awaitHandledOrParked(int changes) {
        while (handled.get() + engine.deadLetters().count() < changes) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** At fixed moments, whatever becomes of the ones before. */
    private void write(int from, int to) throws SQLException {
        try (Connection connection = target.connect();
                PreparedStatement update =
                        connection.prepareStatement("UPDATE " + target.table() + " SET customer_id = ? WHERE id = ?")) {
            long begin = System.nanoTime();
            for (int n = from; n < to; n++) {
                long due = begin + (n - from) * 1_000_000_000L / options.rate();
                for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                update.setInt(1, n);
                update.setLong(2, PostgresBenchmarkServer.FIRST_ROW + rows[n]);
                update.executeUpdate();
                committedAt.set(n, System.nanoTime());
            }
        }
    }

    private long[] delaysOfOthers() {
        return IntStream.range(0, rows.length)
                .filter(n -> !isPoisoned(rows[n]))
                .mapToLong(n -> handledAt.get(n) - committedAt.get(n))
                .toArray();
    }

    /** What was handled of each row is what was written to it, in that order. */
    private boolean isInOrder() {
        List<List<Integer>> written = new ArrayList<>();
        for (int i = 0; i < options.rows(); i++) {
            written.add(new ArrayList<>());
        }
        for (int n = 0; n < rows.length; n++) {
            written.get(rows[n]).add(n);
        }
        return written.equals(handledOfRow);
    }

    @Override
    public void close() {
        engine.close();
    }
}
