package io.rustcdc.runtime;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Columns;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.event.Transaction;
import io.rustcdc.source.ChangeSink;
import io.rustcdc.source.Diagnosis;
import io.rustcdc.source.KeyRange;
import io.rustcdc.source.OffsetFormat;
import io.rustcdc.source.Prerequisite;
import io.rustcdc.source.SnapshotBackend;
import io.rustcdc.source.SnapshotChunk;
import io.rustcdc.source.SnapshotReader;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceInspection;
import io.rustcdc.source.SourceInspector;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.TransactionMark;
import io.rustcdc.source.Watermark;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * A database log in memory with a connector of its own: transactions of numbered rows, read from any position, with
 * failures on demand. It behaves as a server does, so the engine above it is the real one.
 */
final class LogSource implements SourceConnector {

    static final TableId TABLE = new TableId("public", "orders");
    private static final Columns COLUMNS = Columns.of(List.of("id"), List.of("id"));

    private final EventSource source = new EventSource("log", "log");
    private final List<List<Integer>> transactions = new ArrayList<>();
    private final ConcurrentLinkedQueue<Supplier<SourceException>> openFailures = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<SourceException> readFailures = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<SourceException> confirmFailures = new ConcurrentLinkedQueue<>();
    private int nextId = 1;
    private volatile boolean idleOnce;

    /** What comes before it can be read no more; a request for it is refused unless the gap is accepted. */
    private volatile long oldest;

    /** What a number in the log means: the insert of a row, unless a test says otherwise. */
    volatile IntFunction<ChangeEvent.Builder> shape =
            id -> ChangeEvent.of(source(), Operation.INSERT, TABLE).after(Row.of(COLUMNS, Map.of("id", id)));

    /** From this row on nothing is sent; a test may let it be the middle of a transaction. */
    private int notYet = Integer.MAX_VALUE;

    /** Whether the last change of a transaction is marked; it is not where the server's last one was filtered. */
    volatile boolean marksLast = true;

    final List<Offset> confirmed = new CopyOnWriteArrayList<>();
    final List<String> calls = new CopyOnWriteArrayList<>();
    final AtomicInteger openStreams = new AtomicInteger();
    final AtomicInteger rowsRead = new AtomicInteger();
    final AtomicInteger reads = new AtomicInteger();
    volatile Duration patience = Duration.ofMillis(200);
    volatile Instant commitTime = Instant.now();

    /** Commits one transaction of so many new rows. */
    synchronized void commit(int rows) {
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            ids.add(nextId++);
        }
        transactions.add(ids);
        notifyAll();
    }

    /** Sends what comes before this row, without the end of a transaction that is right before it; the rest once it is called again. */
    synchronized void sendUpTo(int row) {
        notYet = row;
        notifyAll();
    }

    synchronized LogOffset end() {
        return new LogOffset(transactions.size(), 0);
    }

    /** Whether changes that were committed together lie on both sides of it. */
    synchronized boolean isInside(LogOffset offset) {
        return offset.done() > 0
                && offset.done() < transactions.get((int) offset.finished()).size();
    }

    void failNextOpen(Supplier<SourceException> failure) {
        openFailures.add(failure);
    }

    /** Forgets all that has been committed: who has not read it by now has lost its position. */
    void forget() {
        oldest = end().finished();
    }

    void cutConnection() {
        readFailures.add(SourceException.transientFailure("The connection was cut", null));
    }

    void failNextRead(SourceException failure) {
        readFailures.add(failure);
    }

    void failNextConfirm() {
        confirmFailures.add(SourceException.transientFailure("The confirmation was lost", null));
    }

    /** The next empty read hands over the log's end as an idle position. */
    void idle() {
        idleOnce = true;
    }

    @Override
    public EventSource source() {
        return source;
    }

    @Override
    public OffsetFormat offsets() {
        return (Map<String, ?> fields) -> LogOffset.parse(fields);
    }

    @Override
    public Duration inUsePatience() {
        return patience;
    }

    /** What a look at the log from outside shows; may throw. */
    volatile Supplier<SourceInspection> look = () -> SourceInspection.NOTHING;

    final AtomicInteger looks = new AtomicInteger();
    final AtomicInteger openInspectors = new AtomicInteger();

    /** What the doctor was asked for. */
    final List<StreamRequest> diagnosed = new ArrayList<>();

    @Override
    public Diagnosis diagnose(StreamRequest request) {
        diagnosed.add(request);
        return new Diagnosis(source(), List.of(new Prerequisite("log", Prerequisite.Verdict.OK, "it is there", null)));
    }

    @Override
    public SourceInspector inspector() {
        openInspectors.incrementAndGet();
        AtomicBoolean closed = new AtomicBoolean();
        return new SourceInspector() {
            @Override
            public SourceInspection inspect(boolean capturing) {
                looks.incrementAndGet();
                return look.get();
            }

            @Override
            public void close() {
                if (closed.compareAndSet(false, true)) {
                    openInspectors.decrementAndGet();
                }
            }
        };
    }

    /** What can be read; the rows of each table are those that were committed so far. */
    volatile List<SnapshotTable> tables = List.of();

    final AtomicInteger chunksRead = new AtomicInteger();

    /** What the next reads of a table's rows fail with. */
    final Map<TableId, Supplier<? extends RuntimeException>> rowFailures = new ConcurrentHashMap<>();

    /** With one, rows are first read in the view that the stream begins with, once the latch is open. */
    volatile CountDownLatch firstLoad;

    /** A transaction by its number. */
    private record Mark(long number) implements TransactionMark {}

    /** What was committed before this many transactions. */
    private record View(long finished) implements Watermark {

        @Override
        public boolean includes(TransactionMark transaction) {
            return ((Mark) transaction).number < finished;
        }

        @Override
        public boolean isPassedBy(TransactionMark next) {
            return ((Mark) next).number >= finished;
        }

        @Override
        public boolean isPassedBy(Offset position) {
            return ((LogOffset) position).finished() >= finished;
        }
    }

    @Override
    public SnapshotBackend snapshots() {
        return new SnapshotBackend() {
            @Override
            public List<SnapshotTable> tables() {
                return tables;
            }

            @Override
            public List<KeyRange> split(SnapshotTable table, int parts) {
                return List.of(KeyRange.all());
            }

            @Override
            public SnapshotReader open() {
                return new RowReader();
            }
        };
    }

    private synchronized SnapshotChunk chunk(KeyRange range, int limit) {
        int after = range.after().isEmpty() ? 0 : Integer.parseInt(range.after().get(0));
        List<Row> rows = transactions.stream()
                .flatMap(List::stream)
                .filter(id -> id > after)
                .limit(limit)
                .map(id -> Row.of(COLUMNS, Map.of("id", id)))
                .toList();
        List<String> last = rows.isEmpty()
                ? List.of()
                : List.of(String.valueOf(rows.get(rows.size() - 1).get("id")));
        return new SnapshotChunk(
                rows,
                10L * rows.size(),
                last,
                rows.size() < limit,
                new SnapshotChunk.View(new View(transactions.size()), Instant.EPOCH),
                Duration.ZERO);
    }

    private final class RowReader implements SnapshotReader {

        @Override
        public SnapshotChunk read(SnapshotTable table, KeyRange range, String condition, int limit) {
            Supplier<? extends RuntimeException> failure = rowFailures.get(table.id());
            if (failure != null) {
                throw failure.get();
            }
            chunksRead.incrementAndGet();
            return chunk(range, limit);
        }

        @Override
        public void readThrough(
                SnapshotTable table, KeyRange range, String condition, int limit, PortionSink portions) {
            try {
                firstLoad.await();
            } catch (InterruptedException e) {
                throw SourceException.transientFailure("The reading was ended", e);
            }
            portions.accept(chunk(range, Integer.MAX_VALUE));
        }

        @Override
        public void cancel() {}

        @Override
        public void close() {}
    }

    @Override
    public SourceStream open(StreamRequest request) {
        calls.add("open");
        Supplier<SourceException> failure = openFailures.poll();
        if (failure != null) {
            throw failure.get();
        }
        LogOffset resume = request.resume() == null ? new LogOffset(oldest, 0) : (LogOffset) request.resume();
        if (resume.finished() < oldest) {
            if (!request.gapAccepted()) {
                throw SourceException.positionLost("the log begins at " + oldest, "Accept the gap.");
            }
            resume = new LogOffset(oldest, 0);
        }
        openStreams.incrementAndGet();
        return new Stream(resume);
    }

    private final class Stream implements SourceStream {

        private final LogOffset start;
        private long transaction;
        private long index;
        private boolean begun;
        private boolean asked;
        private boolean closed;

        private Stream(LogOffset start) {
            this.start = start;
            this.transaction = start.finished();
            this.index = start.done();
        }

        @Override
        public Offset start() {
            return start;
        }

        @Override
        public SnapshotBackend beginning() {
            return firstLoad == null ? null : snapshots();
        }

        @Override
        public boolean read(ChangeSink sink, Duration maxWait) {
            SourceException failure = readFailures.poll();
            if (failure != null) {
                throw failure;
            }
            reads.incrementAndGet();
            boolean arrived = awaitArrival(maxWait);
            while (sink.hasRoom() && readOne(sink)) {
                if (!readFailures.isEmpty()) {
                    return true;
                }
            }
            if (!arrived && asked) {
                asked = false;
                sink.reached(new LogOffset(transaction, 0));
            }
            if (!arrived && idleOnce) {
                idleOnce = false;
                sink.idle(end());
            }
            return arrived;
        }

        private boolean awaitArrival(Duration maxWait) {
            synchronized (LogSource.this) {
                if (!isSent()) {
                    try {
                        LogSource.this.wait(Math.max(1, maxWait.toMillis()));
                    } catch (InterruptedException e) {
                        throw new IllegalStateException("Nobody interrupts a reader", e);
                    }
                }
                return isSent();
            }
        }

        private boolean isSent() {
            if (transaction == transactions.size()) {
                return false;
            }
            List<Integer> ids = transactions.get((int) transaction);
            return ids.isEmpty() || ids.get(0) + index < notYet;
        }

        private boolean readOne(ChangeSink sink) {
            List<Integer> ids;
            synchronized (LogSource.this) {
                if (!isSent()) {
                    return false;
                }
                ids = transactions.get((int) transaction);
            }
            if (!begun) {
                begun = true;
                sink.begin(new Mark(transaction));
                return true;
            }
            if (index == ids.size()) {
                begun = false;
                transaction++;
                index = 0;
                sink.commit(new LogOffset(transaction, 0), commitTime);
            } else {
                int id = ids.get((int) index);
                boolean last = marksLast && index == ids.size() - 1;
                Transaction place = new Transaction(transaction, index, last);
                index++;
                rowsRead.incrementAndGet();
                sink.change(
                        shape.apply(id)
                                .offset(new LogOffset(transaction, index))
                                .commitTime(commitTime)
                                .transaction(place)
                                .build(),
                        100);
            }
            return true;
        }

        @Override
        public void askPosition() {
            asked = true;
        }

        @Override
        public void keepAlive() {
            calls.add("keepAlive");
        }

        @Override
        public void confirm(Offset offset) {
            SourceException failure = confirmFailures.poll();
            if (failure != null) {
                throw failure;
            }
            calls.add("confirm " + offset.text());
            confirmed.add(offset);
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                openStreams.decrementAndGet();
                calls.add("close");
            }
        }
    }
}
