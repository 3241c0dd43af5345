package io.rustcdc.runtime;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.checkpoint.TableSnapshot.Phase;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.TableId;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.EngineState;
import io.rustcdc.observe.HealthVerdict;
import io.rustcdc.snapshot.Readings;
import io.rustcdc.snapshot.RowTrouble;
import io.rustcdc.snapshot.SnapshotDriver;
import io.rustcdc.snapshot.SnapshotListener;
import io.rustcdc.snapshot.SnapshotMode;
import io.rustcdc.snapshot.SnapshotOptions;
import io.rustcdc.snapshot.SnapshotPlan;
import io.rustcdc.snapshot.Snapshots;
import io.rustcdc.source.SnapshotBackend;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The snapshots of one source over all of its connections. */
final class SourceSnapshots implements Snapshots {

    private static final Logger logger = LoggerFactory.getLogger(SourceSnapshots.class);

    private final SourceConnector connector;
    private final SnapshotOptions options;
    private final EngineObserver observer;
    private final Runs runs;
    private volatile @Nullable SnapshotDriver driver;
    private volatile @Nullable SnapshotState last;

    /** Whether tables have joined the stream that the driver has not heard of. */
    private volatile boolean joined;

    /** What is needed of the source's runs. */
    interface Runs {

        /** Whether the current thread is one that delivers or reads. */
        boolean isOwnThread();

        /**
         * Changes what is saved, while the source does not run.
         *
         * @throws CdcException if it runs, nothing is saved, or that cannot be changed
         */
        SnapshotState changeSaved(UnaryOperator<SnapshotState> change);
    }

    SourceSnapshots(SourceConnector connector, SnapshotOptions options, EngineObserver observer, Runs runs) {
        this.connector = connector;
        this.options = options;
        this.observer = observer;
        this.runs = runs;
    }

    /** The request, telling that rows are to be read where a first start is to read them. */
    StreamRequest asked(StreamRequest request, boolean again) {
        boolean reads = (request.resume() == null || again) && options.mode() != SnapshotMode.NEVER;
        return reads ? request.readingRows() : request;
    }

    /**
     * What of one connection is to be read, and the driver that does it. A start is put into the queue before the first row,
     * together with what is to be read: neither is ever saved without the other.
     *
     * @param startSaved called once a start is durable; not where the stream resumes
     */
    SnapshotDriver begin(
            SourceStream stream,
            StreamRequest request,
            CheckpointWriter checkpoints,
            Handoff handoff,
            Runnable startSaved) {
        joined = false;
        SnapshotBackend backend = connector.snapshots();
        List<SnapshotTable> tables = backend.tables();
        SnapshotState saved = checkpoints.rows();
        SnapshotState state = state(stream, request, checkpoints, tables);
        Readings readings = new Readings(connector.source(), backend, stream.beginning(), tables, options);
        SnapshotDriver next = new SnapshotDriver(
                handoff, new Observed(connector.source(), observer), readings, stream.start(), state);
        if (request.startsAnew()) {
            handoff.start(stream.start(), state, startSaved);
        } else if (!state.equals(saved)) {
            handoff.snapshot(state, () -> {});
        }
        driver = next;
        return next;
    }

    private SnapshotState state(
            SourceStream stream, StreamRequest request, CheckpointWriter checkpoints, List<SnapshotTable> tables) {
        SnapshotState saved = checkpoints.rows();
        // The creation of a slot waits for the transactions that run.
        boolean settled = stream.beginning() != null;
        if (checkpoints.readsAgain()) {
            return SnapshotPlan.readAgain(saved, tables, settled);
        }
        if (saved == null) {
            return request.resume() == null
                    ? SnapshotPlan.first(tables, options.mode(), settled)
                    : SnapshotPlan.changesOnly(tables);
        }
        SnapshotState next = request.gapAccepted()
                ? SnapshotPlan.behindGap(saved, tables, options.mode())
                : SnapshotPlan.resume(saved, tables, options.mode());
        next.tables().stream()
                .filter(table ->
                        table.phase() == Phase.SKIPPED && table.incarnation().joining())
                .filter(table -> !saved.tables().contains(table))
                .forEach(table -> logger.warn(
                        "Table '{}' is captured from here on; the rows that it has already are not delivered (snapshot.mode is never). To have them delivered, request a snapshot of it",
                        table.table()));
        tellOfLeftOut(saved, next);
        return next;
    }

    private void tellOfLeftOut(SnapshotState saved, SnapshotState next) {
        List<TableId> left = saved.pending().stream()
                .map(TableSnapshot::table)
                .filter(table -> next.of(table).map(TableSnapshot::phase).orElse(null) == Phase.SKIPPED)
                .toList();
        if (!left.isEmpty()) {
            logger.warn(
                    "Source '{}': the rows of these tables that were still to be read are not read, since snapshot.mode is never now: {}. To have them read, request a snapshot of them",
                    connector.source().name(),
                    left);
        }
    }

    /** Whether the rows of a table that joins are read by themselves. */
    boolean readsJoining() {
        return options.mode() != SnapshotMode.NEVER;
    }

    /** A table has joined the stream. It is taken up by {@link #takeUpJoined}, or with the next connection. */
    void tableJoined() {
        joined = true;
    }

    /**
     * Has the tables read that have joined. For the thread that looks at the source.
     *
     * @throws CdcException when the catalog could not be read; to be called again
     */
    void takeUpJoined() {
        SnapshotDriver current = driver;
        if (joined && current != null) {
            joined = false;
            boolean taken = false;
            try {
                current.join(connector.snapshots().tables(), options.mode());
                taken = true;
            } finally {
                joined |= !taken;
            }
        }
    }

    /**
     * Whether the source was only to deliver rows, and has: nothing is to be read any more, a table that is new included, and
     * that is saved.
     */
    boolean isAllDone(@Nullable SnapshotState saved) {
        SnapshotDriver current = driver;
        if (options.mode() != SnapshotMode.INITIAL_ONLY || current == null) {
            return false;
        }
        SnapshotState state = current.state();
        return state.isComplete() && state.equals(saved);
    }

    /** The connection has ended. */
    void end() {
        SnapshotDriver ended = driver;
        if (ended != null) {
            last = ended.state();
            driver = null;
        }
    }

    @Override
    public Optional<SnapshotState> state() {
        SnapshotDriver current = driver;
        return Optional.ofNullable(current == null ? last : current.state());
    }

    @Override
    public CompletableFuture<SnapshotState> request(List<String> tables, @Nullable String condition) {
        List<String> patterns = List.copyOf(tables);
        if (patterns.isEmpty() || patterns.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException(
                    "A request needs globs over qualified names such as 'public.orders', found %s".formatted(patterns));
        }
        if (condition != null && condition.isBlank()) {
            throw new IllegalArgumentException("The condition is blank; pass null for all rows");
        }
        SnapshotDriver current = driver;
        if (current == null) {
            throw new CdcException(
                    FailureKind.CONFIGURATION,
                    "Source '%s' is not connected, so no rows can be requested"
                            .formatted(connector.source().name()),
                    "Start the source, or wait until it is connected again.",
                    null);
        }
        List<SnapshotTable> captured = connector.snapshots().tables();
        return handed(current.request(captured, options.mode(), patterns, condition));
    }

    @Override
    public CompletableFuture<SnapshotState> pause() {
        return change(state -> state.paused(true));
    }

    @Override
    public CompletableFuture<SnapshotState> resume() {
        return change(state -> state.paused(false));
    }

    @Override
    public CompletableFuture<SnapshotState> stop() {
        return change(SnapshotPlan::stop);
    }

    /** Needs nothing from the database, so where the source does not run, what is saved is changed. */
    private CompletableFuture<SnapshotState> change(UnaryOperator<SnapshotState> wish) {
        SnapshotDriver current = driver;
        if (current != null) {
            return handed(current.wish(wish));
        }
        SnapshotState saved = runs.changeSaved(wish);
        last = saved;
        return CompletableFuture.completedFuture(saved);
    }

    private CompletableFuture<SnapshotState> handed(CompletableFuture<SnapshotState> wish) {
        return SavedWish.of(wish, runs::isOwnThread);
    }

    /** The verdict with the reading of rows taken into account: a source whose rows do not come is not well. */
    HealthVerdict verdict(HealthVerdict verdict, EngineState state) {
        SnapshotDriver current = driver;
        boolean judged = state == EngineState.STREAMING || state == EngineState.SNAPSHOTTING;
        RowTrouble trouble = !judged || verdict.needsAttention() || current == null ? null : current.trouble();
        return trouble == null ? verdict : verdict(trouble);
    }

    static HealthVerdict verdict(RowTrouble trouble) {
        String rows = trouble.table() == null ? "rows" : "the rows of table '%s'".formatted(trouble.table());
        CdcException failure = trouble.failure();
        return failure == null
                ? HealthVerdict.stalled(
                        "%s have been waited for %d s"
                                .formatted(rows, trouble.age().toSeconds()),
                        "Look at what the database does for it: a statement may wait for a lock, or read all of a table.")
                : HealthVerdict.stalled(
                        "%s could not be read for %d s: %s"
                                .formatted(rows, trouble.age().toSeconds(), failure.description()),
                        failure.action());
    }

    private record Observed(EventSource source, EngineObserver observer) implements SnapshotListener {

        @Override
        public void started(TableSnapshot table) {
            observer.snapshotStarted(source, table);
        }

        @Override
        public void chunk(TableSnapshot table, int rows) {
            observer.snapshotChunk(source, table, rows);
        }

        @Override
        public void completed(TableSnapshot table) {
            observer.snapshotCompleted(source, table);
        }

        @Override
        public void allCompleted(SnapshotState state) {
            observer.snapshotsCompleted(source, state);
        }

        @Override
        public void gone(TableId table, String reason) {
            observer.snapshotAborted(source, table, reason);
        }
    }
}
