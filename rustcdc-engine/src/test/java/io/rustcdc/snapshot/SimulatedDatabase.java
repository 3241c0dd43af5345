package io.rustcdc.snapshot;

import io.rustcdc.event.Columns;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.source.KeyRange;
import io.rustcdc.source.SnapshotBackend;
import io.rustcdc.source.SnapshotChunk;
import io.rustcdc.source.SnapshotReader;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.TransactionMark;
import io.rustcdc.source.Watermark;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A database with one table in which a transaction first gets into the log and only later becomes visible to readers, in any
 * order, as in PostgreSQL. A row that an invisible transaction has changed is locked until that one is visible.
 */
final class SimulatedDatabase implements SnapshotBackend {

    static final TableId TABLE = new TableId("public", "orders");
    static final Columns COLUMNS = Columns.of(List.of("id", "version", "bio"), List.of("id"));

    /** A row; the bio is what an update may not send. */
    record Stored(int id, long version, String bio) {

        Row row() {
            return row(true);
        }

        Row row(boolean withBio) {
            Map<String, Object> values = new LinkedHashMap<>(Map.of("id", id, "version", version));
            if (withBio) {
                values.put("bio", bio);
            }
            return Row.of(COLUMNS, values);
        }
    }

    /** One change; TRUNCATE has neither row. */
    record Change(
            Operation operation,
            @Nullable Stored before,
            @Nullable Stored after,
            boolean bioSent) {}

    record Mark(int xid, long commitLsn) implements TransactionMark {}

    /** In the log. */
    record Logged(Mark mark, List<Change> changes, long endLsn) {}

    record Position(long lsn) implements Offset {

        @Override
        public String text() {
            return Long.toString(lsn);
        }

        @Override
        public Map<String, Object> fields() {
            return Map.of("lsn", lsn);
        }

        @Override
        public boolean isBefore(Offset other) {
            return lsn < ((Position) other).lsn;
        }
    }

    private record View(Set<Integer> visible, long logEnd) implements Watermark {

        @Override
        public boolean includes(TransactionMark transaction) {
            return visible.contains(((Mark) transaction).xid);
        }

        @Override
        public boolean isPassedBy(TransactionMark next) {
            return ((Mark) next).commitLsn >= logEnd;
        }

        @Override
        public boolean isPassedBy(Offset position) {
            return ((Position) position).lsn >= logEnd;
        }
    }

    private final TreeMap<Integer, Stored> rows = new TreeMap<>();
    private final List<Logged> log = new ArrayList<>();
    private final List<Logged> invisible = new ArrayList<>();
    private final Set<Integer> visible = new HashSet<>();
    private final List<Pass> passes = new ArrayList<>();
    private final AtomicBoolean broken = new AtomicBoolean();
    private final boolean keyed;
    private long end;
    private long versions;
    private int xids;

    SimulatedDatabase(int rowCount, boolean keyed) {
        this.keyed = keyed;
        for (int id = 0; id < rowCount; id++) {
            rows.put(id, new Stored(id, ++versions, "bio " + versions));
        }
    }

    synchronized List<Logged> log() {
        return List.copyOf(log);
    }

    synchronized long end() {
        return end;
    }

    /** What readers see when all transactions are visible. */
    synchronized Map<Integer, Stored> finalRows() {
        while (!invisible.isEmpty()) {
            show(0);
        }
        return new TreeMap<>(rows);
    }

    /** Rows that nobody holds a lock on. */
    synchronized List<Stored> unlocked() {
        Set<Integer> locked = locked();
        return rows.values().stream().filter(row -> !locked.contains(row.id)).toList();
    }

    synchronized boolean isFree(int id) {
        return !rows.containsKey(id) && !locked().contains(id);
    }

    synchronized boolean hasLocks() {
        return !invisible.isEmpty();
    }

    /** Whether a TRUNCATE that is not visible yet keeps everybody else out. */
    synchronized boolean isLockedWhole() {
        return invisible.stream()
                .flatMap(transaction -> transaction.changes.stream())
                .anyMatch(change -> change.operation == Operation.TRUNCATE);
    }

    private Set<Integer> locked() {
        Set<Integer> ids = new HashSet<>();
        for (Logged transaction : invisible) {
            for (Change change : transaction.changes) {
                if (change.before != null) {
                    ids.add(change.before.id);
                }
                if (change.after != null) {
                    ids.add(change.after.id);
                }
                if (change.operation == Operation.TRUNCATE) {
                    ids.addAll(rows.keySet());
                }
            }
        }
        return ids;
    }

    synchronized long nextVersion() {
        return ++versions;
    }

    /** Gets into the log, not yet visible. */
    synchronized void commit(List<Change> changes) {
        long commitLsn = ++end;
        Logged transaction = new Logged(new Mark(++xids, commitLsn), changes, ++end);
        log.add(transaction);
        invisible.add(transaction);
    }

    synchronized int invisibleCount() {
        return invisible.size();
    }

    /** The session of a transaction in the log finishes its commit. */
    synchronized void show(int index) {
        Logged transaction = invisible.remove(index);
        for (Change change : transaction.changes) {
            if (change.operation == Operation.TRUNCATE) {
                rows.clear();
            }
            if (change.before != null) {
                rows.remove(change.before.id);
            }
            if (change.after != null) {
                rows.put(change.after.id, change.after);
            }
        }
        visible.add(transaction.mark.xid);
    }

    /** A view in which the whole table was read, without a condition. */
    record Pass(Set<Integer> visible, Set<Long> versions) {}

    synchronized List<Pass> passes() {
        return List.copyOf(passes);
    }

    /** The connection that reads a pass is lost, at whatever point it is. */
    void breakReading() {
        broken.set(true);
    }

    /** All rows that meet a condition: there is only one, which half of them meet. */
    private synchronized SnapshotChunk pass(@Nullable String condition) {
        List<Stored> found = rows.values().stream()
                .filter(row -> condition == null || meetsCondition(row.id))
                .toList();
        if (condition == null) {
            passes.add(new Pass(
                    Set.copyOf(visible), found.stream().map(Stored::version).collect(Collectors.toSet())));
        }
        return chunkOf(found, true);
    }

    static boolean meetsCondition(int id) {
        return id % 2 == 0;
    }

    private synchronized SnapshotChunk chunk(KeyRange range, int limit) {
        if (range.isOnlyOneKey()) {
            Stored row = rows.get(Integer.parseInt(range.upTo().get(0)));
            return chunkOf(row == null ? List.of() : List.of(row), true);
        }
        int after = range.after().isEmpty()
                ? Integer.MIN_VALUE
                : Integer.parseInt(range.after().get(0));
        List<Stored> found = rows.tailMap(after, after == Integer.MIN_VALUE).values().stream()
                .limit(limit)
                .toList();
        return chunkOf(found, found.size() < limit);
    }

    private SnapshotChunk chunkOf(List<Stored> found, boolean atEnd) {
        List<String> last =
                found.isEmpty() || !keyed ? List.of() : List.of(Integer.toString(found.get(found.size() - 1).id));
        return new SnapshotChunk(
                found.stream().map(Stored::row).toList(),
                found.size() * 100L,
                last,
                atEnd,
                new SnapshotChunk.View(new View(Set.copyOf(visible), end), Instant.EPOCH),
                Duration.ZERO);
    }

    @Override
    public List<SnapshotTable> tables() {
        List<String> key = keyed ? List.of("id") : List.of();
        return List.of(new SnapshotTable(TABLE, "1", key, key, 100));
    }

    @Override
    public List<KeyRange> split(SnapshotTable table, int parts) {
        return List.of(KeyRange.all());
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
                SnapshotChunk all = pass(condition);
                portions.accept(portion(all, 0, 0, false));
                for (int from = 0; from < all.rows().size(); from += limit) {
                    if (broken.compareAndSet(true, false)) {
                        throw SourceException.transientFailure("the connection is lost", null);
                    }
                    portions.accept(
                            portion(all, from, Math.min(from + limit, all.rows().size()), false));
                }
                portions.accept(portion(all, 0, 0, true));
            }

            @Override
            public void cancel() {}

            @Override
            public void close() {}
        };
    }

    private static SnapshotChunk portion(SnapshotChunk all, int from, int to, boolean atEnd) {
        return new SnapshotChunk(
                all.rows().subList(from, to), (to - from) * 100L, List.of(), atEnd, all.view(), Duration.ZERO);
    }
}
