package io.rustcdc.snapshot;

import io.rustcdc.event.Columns;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.source.KeyRange;
import io.rustcdc.source.SnapshotBackend;
import io.rustcdc.source.SnapshotChunk;
import io.rustcdc.source.SnapshotReader;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.TransactionMark;
import io.rustcdc.source.Watermark;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Tables with the rows 1 to 100 that nobody changes, read over connections that fail when a test wants it. */
final class LoadedTables implements SnapshotBackend {

    static final int ROWS = 100;

    private static final Columns COLUMNS = Columns.of(List.of("id"), List.of("id"));

    private final List<SnapshotTable> tables;
    private final Faults faults;
    private final AtomicInteger opened = new AtomicInteger();
    private final List<KeyRange> begun = new CopyOnWriteArrayList<>();

    /** What a connection does instead of reading on: throws, or nothing. */
    interface Faults {

        /**
         * @param connection the how many-th connection this is, from 0
         */
        default void opening(int connection) {}

        /**
         * @param id of the row that is about to be read; 0 before the first portion of any range
         */
        default void reading(SnapshotTable table, int connection, int id) {}
    }

    LoadedTables(List<SnapshotTable> tables, Faults faults) {
        this.tables = tables;
        this.faults = faults;
    }

    static SnapshotTable keyed(String name) {
        return new SnapshotTable(new TableId("public", name), "1", List.of("id"), List.of("id"), ROWS);
    }

    static SnapshotTable keyless(String name) {
        return new SnapshotTable(new TableId("public", name), "1", List.of(), List.of(), ROWS);
    }

    /** The ranges that were begun, in order. */
    List<KeyRange> begun() {
        return List.copyOf(begun);
    }

    int opened() {
        return opened.get();
    }

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
        int connection = opened.getAndIncrement();
        faults.opening(connection);
        return new Connection(connection);
    }

    private final class Connection implements SnapshotReader {

        private final int number;

        Connection(int number) {
            this.number = number;
        }

        @Override
        public SnapshotChunk read(SnapshotTable table, KeyRange range, @Nullable String condition, int limit) {
            List<Integer> ids = ids(range);
            List<Integer> some = ids.subList(0, Math.min(limit, ids.size()));
            some.forEach(id -> faults.reading(table, number, id));
            return chunk(table, some, some.size() == ids.size());
        }

        @Override
        public void readThrough(
                SnapshotTable table, KeyRange range, @Nullable String condition, int limit, PortionSink portions) {
            begun.add(range);
            faults.reading(table, number, 0);
            boolean wanted = portions.accept(chunk(table, List.of(), false));
            List<Integer> portion = new ArrayList<>();
            for (int id : ids(range)) {
                if (portion.size() == limit) {
                    wanted &= portions.accept(chunk(table, portion, false));
                    portion = new ArrayList<>();
                }
                if (!wanted) {
                    return;
                }
                faults.reading(table, number, id);
                portion.add(id);
            }
            portions.accept(chunk(table, portion, true));
        }

        @Override
        public void cancel() {}

        @Override
        public void close() {}
    }

    private static List<Integer> ids(KeyRange range) {
        int after = range.after().isEmpty() ? 0 : Integer.parseInt(range.after().get(0));
        int upTo = range.upTo().isEmpty() ? ROWS : Integer.parseInt(range.upTo().get(0));
        return IntStream.rangeClosed(after + 1, upTo).boxed().toList();
    }

    private static SnapshotChunk chunk(SnapshotTable table, List<Integer> ids, boolean atEnd) {
        List<Row> rows =
                ids.stream().map(id -> Row.of(COLUMNS, Map.of("id", id))).toList();
        List<String> last = ids.isEmpty() || !table.isKeyed() ? List.of() : List.of(ids.get(ids.size() - 1) + "");
        SnapshotChunk.View view = new SnapshotChunk.View(new Still(), Instant.EPOCH);
        return new SnapshotChunk(rows, rows.size() * 100L, last, atEnd, view, Duration.ZERO);
    }

    /** The view of a database in which nothing happens. */
    private record Still() implements Watermark {

        @Override
        public boolean includes(TransactionMark transaction) {
            return false;
        }

        @Override
        public boolean isPassedBy(TransactionMark next) {
            return true;
        }

        @Override
        public boolean isPassedBy(Offset position) {
            return true;
        }
    }
}
