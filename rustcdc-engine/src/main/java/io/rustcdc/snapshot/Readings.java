package io.rustcdc.snapshot;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.TableId;
import io.rustcdc.source.KeyRange;
import io.rustcdc.source.SnapshotBackend;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.TableGoneException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses how the next rows are read: all tables in parallel while the stream has not begun, a table with a key in chunks, one
 * without in a single pass. For the reader thread.
 */
public final class Readings implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(Readings.class);

    /** Tables below this are not worth being cut. */
    private static final long WORTH_CUTTING = 100_000;

    /** More ranges than workers, so that no worker is left with the last large one. */
    private static final int RANGES_PER_WORKER = 2;

    /** What waits in memory for its turn, several times for each worker. */
    private static final int PORTION_ROWS = 2048;

    /** Where a range is read through, nobody waits for a chunk, so it is as large as the cost of a save asks for. */
    private static final int CHUNK_ROWS = 65_536;

    private static final long LONGEST_PAUSE_MILLIS = 1000;

    private final EventSource source;
    private final SnapshotBackend backend;
    private final SnapshotOptions options;
    private final Map<TableId, SnapshotTable> tables = new HashMap<>();
    private final Map<TableId, JoinWait> joining = new HashMap<>();
    private final RecentTransactions recent = new RecentTransactions();
    private final ChunkSizer sizer;
    private final RowRate rate;
    private ViewPatience patience = new ViewPatience(System::nanoTime);
    private @Nullable SnapshotBackend beginning;
    private final RowTroubles troubles;
    private @Nullable ChunkReads chunkReads;
    private int passes;
    private LongSupplier nanoTime = System::nanoTime;

    /** What to do next, and the state that says so. */
    record Next(SnapshotState state, @Nullable Reading reading) {}

    /**
     * @param beginning reads in the view that the stream begins with, before it flows; null where there is no such view
     * @param tables what can be read
     */
    public Readings(
            EventSource source,
            SnapshotBackend backend,
            @Nullable SnapshotBackend beginning,
            List<SnapshotTable> tables,
            SnapshotOptions options) {
        this.source = source;
        this.backend = backend;
        this.beginning = beginning;
        learn(tables);
        this.options = options;
        this.sizer = new ChunkSizer(options.chunkSize());
        this.rate = new RowRate(options.maxRowsPerSecond());
        this.troubles = new RowTroubles(slowest(options), () -> nanoTime.getAsLong());
    }

    /** Lets every wait go by another time, in nanoseconds. */
    Readings waitingBy(LongSupplier time) {
        nanoTime = time;
        return this;
    }

    EventSource source() {
        return source;
    }

    /** The tables that can be read, as they are now. */
    void learn(List<SnapshotTable> captured) {
        captured.forEach(table -> tables.put(table.id(), table));
    }

    /** How long a chunk may take because of the limit alone. */
    private static Duration slowest(SnapshotOptions options) {
        long limit = options.maxRowsPerSecond();
        return limit == 0 ? Duration.ZERO : Duration.ofSeconds(Math.max(CHUNK_ROWS, options.chunkSize()) / limit);
    }

    RowTroubles troubles() {
        return troubles;
    }

    RecentTransactions recent() {
        return recent;
    }

    ViewPatience patience() {
        return patience;
    }

    /** With another clock; before anything is read. */
    void use(ViewPatience other) {
        patience = other;
    }

    /** From now on the view that the stream began with is not the present any more. */
    void streamFlows() {
        beginning = null;
    }

    /**
     * Begins to read what comes next.
     *
     * @throws TableGoneException if it cannot be read any more
     */
    Next next(SnapshotState state) {
        SnapshotBackend view = beginning;
        beginning = null; // only before the stream flows
        if (state.isComplete() || !troubles.isTimeToTry()) {
            return new Next(state, null);
        }
        if (view != null) {
            return firstLoad(state, view);
        }
        TableSnapshot table = readable(state);
        if (table == null) {
            return new Next(state, null);
        }
        SnapshotTable known = known(table);
        if (known.isKeyed()) {
            return new Next(state, new ChunkedReading(known, table, chunkReads(), recent));
        }
        awaitNextPass();
        // Saved before the first row is delivered, so no two passes ever deliver rows under one generation.
        SnapshotState begun = SnapshotPlan.anew(state, table);
        TableSnapshot progress = begun.of(table.table()).orElse(table);
        PortionFeed.Task task = new PortionFeed.Task(known, KeyRange.all(), table.condition(), true);
        PortionFeed feed = new PortionFeed(source.name(), backend, List.of(task), 1, portionRows());
        return new Next(begun, new OnePassReading(progress, feed, chunkRows(), recent, rate));
    }

    /** The first table that need not wait; null when all must. One that fails again and again lets the others go first. */
    private @Nullable TableSnapshot readable(SnapshotState state) {
        for (TableSnapshot table : troubles.inOrder(state.pending())) {
            SnapshotTable known = tables.get(table.table());
            if (known == null || !table.incarnation().joining() || hasJoined(known)) {
                return table;
            }
        }
        return null;
    }

    private boolean hasJoined(SnapshotTable table) {
        JoinWait wait = joining.get(table.id());
        if (wait == null || !wait.concerns(table)) {
            wait = new JoinWait(table, chunkReads()::running, nanoTime);
            joining.put(table.id(), wait);
        }
        return wait.isOver();
    }

    /**
     * A pass ends without a row when its view lacks what the stream had brought. That mostly passes at once, but takes as long as
     * a commit that waits for a standby.
     */
    private void awaitNextPass() {
        long wait = Math.min(LONGEST_PAUSE_MILLIS, 1L << Math.min(passes++, 20));
        troubles.pause(Duration.ofMillis(wait));
    }

    private Next firstLoad(SnapshotState state, SnapshotBackend view) {
        SnapshotState cut = state;
        Map<TableId, TableSnapshot> progress = new LinkedHashMap<>();
        List<PortionFeed.Task> tasks = new ArrayList<>();
        for (TableSnapshot table : state.tables()) {
            SnapshotTable known = tables.get(table.table());
            // One with another key than its cursor's has its turn with the chunks, which tell what to do.
            if (table.isPending() && known != null && known.key().equals(table.key())) {
                TableSnapshot ranged = table;
                if (table.isUntouched()
                        && known.isKeyed()
                        && known.estimatedRows() >= WORTH_CUTTING
                        && options.workers() > 1) {
                    ranged = table.cutInto(view.split(known, options.workers() * RANGES_PER_WORKER));
                    cut = cut.with(ranged);
                }
                progress.put(known.id(), ranged);
                ranged.remaining()
                        .forEach(range -> tasks.add(new PortionFeed.Task(known, range, table.condition(), false)));
            }
        }
        PortionFeed feed = new PortionFeed(source.name(), view, tasks, options.workers(), portionRows());
        return new Next(cut, new FirstLoad(progress, feed, chunkRows(), rate));
    }

    private SnapshotTable known(TableSnapshot table) {
        SnapshotTable known = tables.get(table.table());
        if (known == null) {
            throw new TableGoneException(table.table(), "does not exist any more, or is not captured any more");
        }
        if (!known.key().equals(table.key())) {
            throw new TableGoneException(
                    table.table(),
                    "has the key %s now, but was read up to a value of %s: request a snapshot of it to read it anew"
                            .formatted(known.key(), table.key()));
        }
        return known;
    }

    private int portionRows() {
        return Math.min(chunkRows(), PORTION_ROWS);
    }

    private int chunkRows() {
        return options.chunkSize() > 0 ? options.chunkSize() : CHUNK_ROWS;
    }

    private ChunkReads chunkReads() {
        ChunkReads reads = chunkReads;
        if (reads == null) {
            reads = new ChunkReads(source.name(), backend, sizer, rate);
            chunkReads = reads;
        }
        return reads;
    }

    /**
     * Waits with the next try, longer each time; throws what does not get better by waiting.
     *
     * @param table whose rows could not be read; null when it was not about a single one
     */
    void failed(@Nullable TableId table, SourceException failure) {
        if (failure.kind() != FailureKind.TRANSIENT) {
            throw failure;
        }
        ChunkReads reads = chunkReads;
        TableId blamed = reads != null && reads.isUnreachable() ? null : table;
        Duration wait = troubles.failed(blamed, failure);
        logger.warn(
                "Source '{}': rows{} could not be read, trying again in {} ms: {}",
                source.name(),
                blamed == null ? "" : " of table '" + blamed + "'",
                wait.toMillis(),
                failure.getMessage());
    }

    void succeeded(TableId table) {
        passes = 0;
        troubles.succeeded(table);
    }

    /** Nothing is to be read for the time being. */
    void rest() {
        ChunkReads reads = chunkReads;
        if (reads != null) {
            reads.rest();
        }
    }

    @Override
    public void close() {
        ChunkReads reads = chunkReads;
        if (reads != null) {
            reads.close();
        }
    }
}
