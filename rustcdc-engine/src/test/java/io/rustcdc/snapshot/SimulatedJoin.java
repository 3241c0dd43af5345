package io.rustcdc.snapshot;

import io.rustcdc.event.Offset;
import io.rustcdc.event.Operation;
import io.rustcdc.snapshot.SimulatedDatabase.Change;
import io.rustcdc.snapshot.SimulatedDatabase.Mark;
import io.rustcdc.snapshot.SimulatedDatabase.Position;
import io.rustcdc.snapshot.SimulatedDatabase.Stored;
import io.rustcdc.source.KeyRange;
import io.rustcdc.source.RunningTransaction;
import io.rustcdc.source.SnapshotBackend;
import io.rustcdc.source.SnapshotChunk;
import io.rustcdc.source.SnapshotReader;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.TransactionMark;
import io.rustcdc.source.Watermark;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A database whose one table joins the stream at some moment, as in PostgreSQL: transactions write change by change, get into the log
 * as a whole, and become visible later; the log gives the changes that were made after the join, whenever they were committed.
 */
final class SimulatedJoin implements SnapshotBackend {

    private static final int KEYS = 30;

    /** One that has changed something and has not ended. */
    private static final class Open {

        private final int xid;
        private final List<Change> changes = new ArrayList<>();
        private final List<Change> sent = new ArrayList<>();
        private boolean logged;

        Open(int xid) {
            this.xid = xid;
        }

        boolean locks(int id) {
            return changes.stream()
                    .anyMatch(change ->
                            (change.before() != null && change.before().id() == id)
                                    || (change.after() != null && change.after().id() == id));
        }
    }

    /** What the log has of a transaction. */
    record Logged(Mark mark, List<Change> changes, long endLsn) {}

    private record View(Set<Integer> visible, long logEnd) implements Watermark {

        @Override
        public boolean includes(TransactionMark transaction) {
            return visible.contains(((Mark) transaction).xid());
        }

        @Override
        public boolean isPassedBy(TransactionMark next) {
            return ((Mark) next).commitLsn() >= logEnd;
        }

        @Override
        public boolean isPassedBy(Offset position) {
            return ((Position) position).lsn() >= logEnd;
        }
    }

    private final Random random;
    private final TreeMap<Integer, Stored> rows = new TreeMap<>();
    private final List<Open> open = new ArrayList<>();
    private final List<Logged> log = new ArrayList<>();
    private final Set<Integer> visible = new HashSet<>();
    private long end;
    private int xids;
    private long versions;
    private boolean joined;

    SimulatedJoin(Random random) {
        this.random = random;
        for (int id = 0; id < KEYS; id += 2) {
            rows.put(id, new Stored(id, ++versions, "bio"));
        }
    }

    synchronized List<Logged> log() {
        return List.copyOf(log);
    }

    synchronized long end() {
        return end;
    }

    synchronized TreeMap<Integer, Stored> rows() {
        return new TreeMap<>(rows);
    }

    /** The table joins the stream. */
    synchronized void join() {
        joined = true;
        end++;
    }

    /** Somebody does something. */
    synchronized void step() {
        int choice = random.nextInt(10);
        if (open.isEmpty() || choice < 2) {
            open.add(new Open(++xids));
        }
        Open one = open.get(random.nextInt(open.size()));
        if (one.logged) {
            show(one);
        } else if (choice < 7 || one.changes.isEmpty()) {
            write(one);
        } else {
            commit(one);
        }
    }

    synchronized void finishAll() {
        for (Open one : List.copyOf(open)) {
            if (!one.logged) {
                commit(one);
            }
            show(one);
        }
    }

    private void write(Open one) {
        int id = random.nextInt(KEYS);
        if (open.stream().anyMatch(other -> other.locks(id))) {
            return;
        }
        Stored before = rows.get(id);
        boolean delete = before != null && random.nextInt(4) == 0;
        Stored after = delete ? null : new Stored(id, ++versions, "bio");
        Operation operation = before == null ? Operation.INSERT : delete ? Operation.DELETE : Operation.UPDATE;
        Change change = new Change(operation, before, after, true);
        one.changes.add(change);
        if (joined) {
            one.sent.add(change);
        }
        end++;
    }

    private void commit(Open one) {
        one.logged = true;
        long commitLsn = ++end;
        log.add(new Logged(new Mark(one.xid, commitLsn), List.copyOf(one.sent), ++end));
    }

    private void show(Open one) {
        open.remove(one);
        visible.add(one.xid);
        for (Change change : one.changes) {
            if (change.after() != null) {
                rows.put(change.after().id(), change.after());
            } else if (change.before() != null) {
                rows.remove(change.before().id());
            }
        }
    }

    @Override
    public synchronized List<SnapshotTable> tables() {
        List<String> key = List.of("id");
        return joined ? List.of(new SnapshotTable(SimulatedDatabase.TABLE, "1", key, key, 100)) : List.of();
    }

    @Override
    public List<KeyRange> split(SnapshotTable table, int parts) {
        return List.of(KeyRange.all());
    }

    private synchronized List<RunningTransaction> runningNow() {
        return open.stream()
                .map(one -> new RunningTransaction(Integer.toString(one.xid), "a session"))
                .toList();
    }

    private synchronized SnapshotChunk chunk(KeyRange range, int limit) {
        int after = range.after().isEmpty()
                ? Integer.MIN_VALUE
                : Integer.parseInt(range.after().get(0));
        List<Stored> found = rows.tailMap(after, after == Integer.MIN_VALUE).values().stream()
                .limit(limit)
                .toList();
        List<String> last = found.isEmpty()
                ? List.of()
                : List.of(Integer.toString(found.get(found.size() - 1).id()));
        return new SnapshotChunk(
                found.stream().map(Stored::row).toList(),
                found.size() * 100L,
                last,
                found.size() < limit,
                new SnapshotChunk.View(new View(new TreeSet<>(visible), end), Instant.EPOCH),
                Duration.ZERO);
    }

    @Override
    public SnapshotReader open() {
        return new SnapshotReader() {

            @Override
            public SnapshotChunk read(SnapshotTable table, KeyRange range, @Nullable String condition, int limit) {
                return chunk(range, limit);
            }

            @Override
            public void readThrough(
                    SnapshotTable table, KeyRange range, @Nullable String condition, int limit, PortionSink portions) {
                throw new UnsupportedOperationException("The table has a key");
            }

            @Override
            public List<RunningTransaction> running() {
                return runningNow();
            }

            @Override
            public void cancel() {}

            @Override
            public void close() {}
        };
    }
}
