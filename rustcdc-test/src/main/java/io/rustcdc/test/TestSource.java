package io.rustcdc.test;

import io.rustcdc.checkpoint.Checkpoint;
import io.rustcdc.checkpoint.MemoryCheckpointStore;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.Transaction;
import io.rustcdc.source.OffsetFormat;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.TableFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A log in memory that a test writes. Behaves as a server does, so the engine that reads it is the real one. Thread-safe. */
final class TestSource implements SourceConnector {

    private final EventSource source;
    private final MemoryCheckpointStore store = new MemoryCheckpointStore();
    private final Progress progress = new Progress();
    private final List<List<ChangeEvent<Row>>> transactions = new ArrayList<>();
    private volatile TableFilter tables = TableFilter.all();
    private long end;
    private long beginOfTest;
    private boolean cut;

    TestSource(EventSource source) {
        this.source = source;
    }

    TestSource capturing(TableFilter captured) {
        tables = captured;
        return this;
    }

    MemoryCheckpointStore store() {
        return store;
    }

    Progress progress() {
        return progress;
    }

    @Override
    public EventSource source() {
        return source;
    }

    @Override
    public OffsetFormat offsets() {
        return (Map<String, ?> fields) -> {
            if (fields.get("position") instanceof Number position) {
                return new TestOffset(position.longValue());
            }
            throw new IllegalArgumentException("Expected a number 'position', found " + fields.keySet());
        };
    }

    @Override
    public Duration inUsePatience() {
        return Duration.ZERO;
    }

    @Override
    public SourceStream open(StreamRequest request) {
        return new TestStream(this, request.resume() instanceof TestOffset resume ? resume.position() : 0);
    }

    /** Commits these changes. */
    synchronized void commit(List<ChangeEvent<Row>> changes) {
        List<ChangeEvent<Row>> committed = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            committed.add(placed(changes.get(i), i, i == changes.size() - 1));
        }
        transactions.add(committed);
        notifyAll();
    }

    private ChangeEvent<Row> placed(ChangeEvent<Row> change, int index, boolean last) {
        if (!tables.matches(change.table())) {
            throw new IllegalArgumentException(
                    "Source '%s' does not capture %s, so no listener would be told; it captures %s, without %s"
                            .formatted(source.name(), change.table(), tables.include(), tables.exclude()));
        }
        ChangeEvent.Builder builder = ChangeEvent.of(source, change.operation(), change.table())
                .before(change.beforeRow(), change.beforeKeyOnly())
                .after(change.afterRow())
                .offset(new TestOffset(++end))
                .commitTime(change.commitTime());
        if (change.operation() == Operation.READ) {
            builder.snapshot(Objects.requireNonNull(change.snapshot(), "snapshot"));
        } else {
            builder.transaction(new Transaction(transactions.size() + 1L, index, last));
        }
        return builder.build();
    }

    synchronized long end() {
        return end;
    }

    /** The next read finds the connection gone. */
    synchronized void cut() {
        cut = true;
        notifyAll();
    }

    synchronized void throwIfCut() {
        if (cut) {
            cut = false;
            throw SourceException.transientFailure("The test has cut the connection", null);
        }
    }

    /** The first transaction that ends behind a position; null when there is none within the time. */
    synchronized @Nullable List<ChangeEvent<Row>> awaitBehind(long position, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        try {
            for (long left = atMost.toNanos();
                    position >= end && !cut && left > 0;
                    left = deadline - System.nanoTime()) {
                wait(1 + left / 1_000_000);
            }
        } catch (InterruptedException e) {
            throw SourceException.transientFailure("The reading was interrupted", e);
        }
        return transactions.stream()
                .filter(transaction -> endOf(transaction) > position)
                .findFirst()
                .orElse(null);
    }

    static long endOf(List<ChangeEvent<Row>> transaction) {
        return position(transaction.get(transaction.size() - 1));
    }

    static long position(ChangeEvent<Row> event) {
        return ((TestOffset) event.offset()).position();
    }

    /** What was emitted before does not count any more. The source must not be running. */
    void forget() {
        long now = end();
        moveTo(now);
        beginTest();
    }

    /** A test begins here, with everything acknowledged. */
    synchronized void beginTest() {
        transactions.clear();
        beginOfTest = end;
        progress.beginTest(end);
    }

    /** The position becomes that from before the test. The source must not be running. */
    synchronized void rewind() {
        moveTo(beginOfTest);
        progress.saved(new TestOffset(beginOfTest));
    }

    private void moveTo(long position) {
        store.acquire();
        try {
            Checkpoint saved = store.load().orElse(null);
            if (saved != null) {
                store.replace(
                        new Checkpoint(new TestOffset(position), saved.committedEventCount(), saved.snapshot()),
                        store.loadSchemas());
            }
        } finally {
            store.release();
        }
    }
}
