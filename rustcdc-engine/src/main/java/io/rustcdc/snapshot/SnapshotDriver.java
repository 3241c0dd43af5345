package io.rustcdc.snapshot;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.SnapshotInfo;
import io.rustcdc.event.TableId;
import io.rustcdc.schema.AcknowledgedSchema;
import io.rustcdc.source.ChangeSink;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.TableGoneException;
import io.rustcdc.source.TransactionMark;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Puts the rows of the tables into the stream of one connection: stands between the stream and the queue, lets every change
 * pass, and hands over each chunk at the place where it is true. Nothing of it survives the connection but the state, which is
 * saved with the stream's offset; a new connection goes on from there with a new driver.
 *
 * <p>The methods are the reader thread's, except for {@link #wish} and {@link #state()}.
 */
public final class SnapshotDriver implements ChangeSink, AutoCloseable {

    private static final Duration WHILE_READING = Duration.ofMillis(2);
    private static final Duration WHILE_WAITING = Duration.ofMillis(20);

    private final EventSource source;
    private final SnapshotSink out;
    private final SnapshotListener listener;
    private final Readings readings;
    private final Place place;
    private final RecentTransactions recent;
    private final Queue<Wish> wishes = new ConcurrentLinkedQueue<>();
    private final Set<Wish> open = ConcurrentHashMap.newKeySet();
    private volatile SnapshotState state;
    private volatile boolean closed;
    /** The tables of which all is to be read again since a change of the transaction at hand. */
    private final Set<TableId> begunAnew = new HashSet<>();

    private @Nullable Reading reading;
    private @Nullable Emission emission;

    /** One that is not saved yet; each is itself alone. */
    private static final class Wish {

        private final UnaryOperator<SnapshotState> change;
        private final CompletableFuture<SnapshotState> saved = new CompletableFuture<>();

        Wish(UnaryOperator<SnapshotState> change) {
            this.change = change;
        }
    }

    /**
     * @param readings what can be read, and how
     * @param start where the stream begins
     * @param state what is to be read
     */
    public SnapshotDriver(
            SnapshotSink out, SnapshotListener listener, Readings readings, Offset start, SnapshotState state) {
        this.source = readings.source();
        this.out = out;
        this.listener = listener;
        this.readings = readings;
        this.recent = readings.recent();
        this.place = new Place(start);
        this.state = state;
    }

    /** How far the reading has got; what is saved may be a little behind. */
    public SnapshotState state() {
        return state;
    }

    /**
     * Changes what is to be read, at the next boundary of a chunk. For any thread.
     *
     * @param change whatever it throws refuses the wish, and the result fails with it
     * @return completes once the new state is saved, on the thread that saves; fails when the connection ends before
     */
    public CompletableFuture<SnapshotState> wish(UnaryOperator<SnapshotState> change) {
        return add(change).saved;
    }

    private Wish add(UnaryOperator<SnapshotState> change) {
        Wish wish = new Wish(change);
        open.add(wish);
        wishes.add(wish);
        if (closed) {
            failOpenWishes(); // it came between the close and the news of it
        }
        return wish;
    }

    /**
     * Requests tables as {@link SnapshotPlan#request} does. For any thread.
     *
     * @param captured what can be read now, which may be more than when the connection was opened
     */
    public CompletableFuture<SnapshotState> request(
            List<SnapshotTable> captured, SnapshotMode mode, List<String> patterns, @Nullable String condition) {
        return wish(current -> {
            SnapshotState joined = SnapshotPlan.resume(current, captured, mode);
            SnapshotState next = SnapshotPlan.request(joined, captured, patterns, condition);
            readings.learn(captured);
            return next;
        });
    }

    /**
     * Takes tables up that are new to the stream, as {@link SnapshotPlan#resume} does. If the connection ends before that is
     * saved, the next one finds them. For any thread.
     *
     * @param captured what can be read now
     */
    public void join(List<SnapshotTable> captured, SnapshotMode mode) {
        add(current -> {
            readings.learn(captured);
            return SnapshotPlan.resume(current, captured, mode);
        });
    }

    /** Goes on with reading and handing over, as far as that is possible without waiting for rows. */
    public void advance() {
        goOn();
        Reading current = reading;
        boolean awaited = current != null && emission == null && !current.awaitsPosition();
        readings.troubles().awaiting(awaited && out.hasRoom());
    }

    private void goOn() {
        while (handOver()) {
            applyWishes();
            Reading current = current();
            if (current == null) {
                if (state.paused() || state.isComplete()) {
                    readings.rest();
                }
                return;
            }
            Portion portion = portionOf(current);
            if (current.isDone()) {
                end();
            }
            if (portion == null) {
                limitView(current.awaitsPosition());
                return;
            }
            begin(portion);
        }
        limitView(true);
    }

    /** No view is begun for rows that nobody would take. */
    private @Nullable Reading current() {
        if (reading == null && place.isBoundary() && !state.paused() && out.hasRoom()) {
            readings.patience().renew();
            begin(state);
        }
        return reading;
    }

    /**
     * Gives up a view that has waited too long; what is left is read in another one.
     *
     * @param waiting whether that is for the consumer or the stream, and not for the database
     */
    private void limitView(boolean waiting) {
        Reading current = reading;
        if (!waiting || current == null || !current.holdsView()) {
            readings.patience().renew();
        } else if (readings.patience().isOver()) {
            end();
            readings.failed(
                    null,
                    SourceException.transientFailure(
                            "nobody took rows, or changes that come before them, for too long to keep a view of the database open. A consumer is slow, blocked or paused",
                            null));
        }
    }

    private void begin(SnapshotState before) {
        try {
            Readings.Next next = readings.next(before);
            if (!next.state().equals(before)) {
                save(next.state(), () -> {});
            }
            reading = next.reading();
        } catch (TableGoneException e) {
            gone(e);
        } catch (SourceException e) {
            readings.failed(null, e);
        }
    }

    private @Nullable Portion portionOf(Reading current) {
        try {
            return current.advance(place);
        } catch (TableGoneException e) {
            if (!current.goesOnWithout(e.table())) {
                end();
            }
            gone(e);
            return null;
        } catch (SourceException e) {
            readings.failed(onlyTableOf(current), e); // throws what trying again cannot mend
            end();
            return null;
        }
    }

    private @Nullable TableId onlyTableOf(Reading current) {
        List<TableId> tables = state.pending().stream()
                .map(TableSnapshot::table)
                .filter(current::concerns)
                .toList();
        return tables.size() == 1 ? tables.get(0) : null;
    }

    private void gone(TableGoneException e) {
        state.of(e.table()).filter(TableSnapshot::isPending).ifPresent(table -> {
            listener.gone(e.table(), String.valueOf(e.getMessage()));
            save(state.with(table.gone()), () -> {});
        });
    }

    private void begin(Portion portion) {
        TableSnapshot after = portion.after();
        if (portion.before().isUntouched()) {
            listener.started(portion.before());
        }
        SnapshotInfo info = new SnapshotInfo(
                state.id(), after.generation(), portion.before().chunks(), !after.isPending());
        emission = new Emission(
                new Emission.Origin(source, after.table(), info, portion.readAt()),
                portion,
                place.offset(),
                state.with(after));
    }

    /** Whether nothing is left of the chunk at hand. */
    private boolean handOver() {
        Emission current = emission;
        if (current == null) {
            return true;
        }
        if (!emit(current)) {
            return false;
        }
        emission = null;
        readings.succeeded(current.table());
        if (current.endedChunk().isEmpty()) {
            state = current.next();
            return true;
        }
        current.next().of(current.table()).ifPresent(table -> {
            listener.chunk(table, current.endedChunk().getAsInt());
            save(current.next(), table.isPending() ? () -> {} : () -> listener.completed(table));
        });
        return true;
    }

    private boolean emit(Emission current) {
        int before = current.done();
        boolean all = current.emit(out);
        if (current.done() > before) {
            readings.patience().renew();
        }
        return all;
    }

    private void save(SnapshotState next, Runnable saved) {
        boolean last = !state.isComplete() && next.isComplete();
        state = next;
        out.snapshot(next, last ? () -> announceEnd(next, saved) : saved);
    }

    private void announceEnd(SnapshotState end, Runnable saved) {
        saved.run();
        listener.allCompleted(end);
    }

    /** Those that come while a reading takes its last step wait for it: only the stream has to move on. */
    private void applyWishes() {
        if (reading != null && reading.isEnding()) {
            return;
        }
        for (Wish wish = wishes.poll(); wish != null; wish = wishes.poll()) {
            Wish current = wish;
            try {
                SnapshotState next = wish.change.apply(state);
                if (reading != null && (next.paused() || isOther(reading, next))) {
                    end(); // what is under way is read again from its cursor
                }
                state = next; // not the end of a reading, even if nothing is left
                out.snapshot(next, () -> {
                    open.remove(current);
                    current.saved.complete(next);
                });
            } catch (RuntimeException e) { // a wish that fails is no failure of the source
                open.remove(current);
                current.saved.completeExceptionally(e);
            }
        }
    }

    /** Whether something else is wanted now of the tables that are being read. */
    private boolean isOther(Reading current, SnapshotState next) {
        return state.tables().stream()
                .anyMatch(table -> current.concerns(table.table())
                        && !next.of(table.table()).filter(table::equals).isPresent());
    }

    private void end() {
        Reading current = reading;
        if (current != null) {
            current.close();
            reading = null;
        }
    }

    /** What keeps rows from being read for so long that somebody should know; null when nothing does. For any thread. */
    public @Nullable RowTrouble trouble() {
        return readings.troubles().of(state);
    }

    /** Whether the stream should say where it is, since a chunk waits for its place. */
    public boolean awaitsPosition() {
        Reading current = reading;
        return current != null && current.awaitsPosition();
    }

    /** Whether nothing is being read and nothing is to be read. */
    public boolean isIdle() {
        return reading == null && emission == null && wishes.isEmpty() && (state.paused() || state.isComplete());
    }

    /** How long the stream may sleep at most. */
    public Duration patience(Duration otherwise) {
        if (isIdle()) {
            return otherwise;
        }
        Duration most = reading == null ? WHILE_WAITING : WHILE_READING;
        return most.compareTo(otherwise) > 0 ? otherwise : most;
    }

    // What the stream hands over

    @Override
    public boolean hasRoom() {
        Reading current = reading;
        return emission == null && (current == null || !current.holdsStream(place)) && out.hasRoom();
    }

    @Override
    public void begin(TransactionMark transaction) {
        readings.streamFlows();
        place.begin(transaction);
        recent.add(transaction);
        if (reading != null) {
            advance();
        }
    }

    @Override
    public void change(ChangeEvent<Row> event, int bytes) {
        place.change();
        Reading current = reading;
        if (current == null || current.admits(event, bytes, place.transaction())) {
            readAgainIfMoved(event); // first: the change must not become durable without it
            out.change(event, bytes);
        }
    }

    /** No chunk is begun within a transaction, so what is to be read from its beginning needs nothing more until the end. */
    private void readAgainIfMoved(ChangeEvent<Row> event) {
        if (event.operation() != Operation.UPDATE || begunAnew.contains(event.table())) {
            return;
        }
        Reading current = reading;
        boolean underWay = current != null && current.concerns(event.table());
        TableSnapshot moved = MovedRows.toReadAgain(state, event, underWay);
        if (moved != null) {
            state = state.with(moved);
            out.readAgain(state);
            if (moved.singleKeys() == 0) {
                begunAnew.add(event.table());
            }
            if (current != null) {
                current.progressed(moved);
            }
        }
    }

    @Override
    public void schema(AcknowledgedSchema schema) {
        place.change();
        out.schema(schema);
    }

    @Override
    public void schemaChange(ChangeEvent<Row> event, AcknowledgedSchema schema, int bytes) {
        place.change();
        Reading current = reading;
        if (current != null) {
            current.admits(event, bytes, place.transaction());
        }
        out.schemaChange(event, schema, bytes);
    }

    @Override
    public void commit(Offset end, Instant commitTime) {
        place.commit(end);
        begunAnew.clear();
        out.commit(end, commitTime);
    }

    @Override
    public void idle(Offset position) {
        readings.streamFlows();
        place.reached(position);
        out.idle(position);
    }

    @Override
    public void reached(Offset position) {
        readings.streamFlows();
        place.reached(position);
        out.reached(position);
    }

    /** Whether the table's rows are being read, so that an observer can tell. */
    public boolean isReading(TableId table) {
        Reading current = reading;
        return current != null && current.concerns(table);
    }

    /** Ends the reads under way, and fails the wishes that are not saved. */
    @Override
    public void close() {
        end();
        readings.close();
        closed = true;
        failOpenWishes();
    }

    private void failOpenWishes() {
        open.forEach(wish -> wish.saved.completeExceptionally(new IllegalStateException(
                "The connection ended before the wish was saved. Look whether it holds, or repeat it")));
    }
}
