package io.rustcdc.runtime;

import io.rustcdc.checkpoint.Checkpoint;
import io.rustcdc.checkpoint.CheckpointException;
import io.rustcdc.checkpoint.CheckpointStore;
import io.rustcdc.checkpoint.LeaseLostException;
import io.rustcdc.checkpoint.SharedCheckpointStore;
import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.checkpoint.TransactionalCheckpointStore;
import io.rustcdc.checkpoint.Wish;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Offset;
import io.rustcdc.event.TableId;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.schema.AcknowledgedSchema;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.source.StreamRequest;
import java.sql.Connection;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What of one source is durable, from the moment its lease is won to the moment it is given back. Opening is the reader's,
 * saving the delivery thread's; reading what is saved is anybody's.
 */
final class CheckpointWriter {

    private final EventSource source;
    private final CheckpointStore store;
    private final @Nullable SharedCheckpointStore shared;
    private final EngineObserver observer;
    private final ReentrantLock writing = new ReentrantLock();
    private volatile @Nullable Checkpoint saved;
    private volatile Map<TableId, AcknowledgedSchema> schemas = Map.of();
    private volatile @Nullable AcceptedGap gap;
    private volatile boolean opened;
    private boolean closed;
    private boolean mayHaveOldSession;

    /**
     * That missing changes were accepted; holds until the new start is saved.
     *
     * @param requestedBy by whom, as far as known
     * @param readAgain whether all tables are to be read again
     */
    private record AcceptedGap(@Nullable String requestedBy, boolean readAgain) {}

    CheckpointWriter(EventSource source, CheckpointStore store, EngineObserver observer) {
        this.source = source;
        this.store = store;
        this.shared = store instanceof SharedCheckpointStore several ? several : null;
        this.observer = observer;
    }

    /**
     * Wins the lease and loads what is saved. Where that is done already, makes sure that the lease is still held: a process
     * that was frozen must not go back to the source, where its successor reads by now.
     *
     * @throws io.rustcdc.event.CdcException if somebody else owns the lease, then it is not held; or what is saved cannot be
     *     loaded
     */
    void open() {
        Checkpoint loaded;
        writing.lock();
        try {
            if (closed) {
                return;
            }
            if (opened) {
                confirmLease();
                return;
            }
            store.acquire();
            mayHaveOldSession = shared != null && shared.tookOver();
            try {
                loaded = store.load().orElse(null);
                // Without a checkpoint of ours nobody knows whether the schemas lie behind or before the start.
                schemas = loaded == null || loaded.operatorSeed() ? Map.of() : Map.copyOf(store.loadSchemas());
                saved = loaded;
                opened = true;
            } catch (RuntimeException | Error e) {
                store.release();
                throw e;
            }
        } finally {
            writing.unlock();
        }
        if (loaded != null) {
            observer.checkpointLoaded(source, loaded.offset(), loaded.committedEventCount());
        }
    }

    /**
     * Returns if the lease is held now; at once, unless this process has given no sign of life for long.
     *
     * @throws LeaseLostException if somebody else has owned it since
     * @throws io.rustcdc.checkpoint.CheckpointException TRANSIENT if that cannot be found out
     */
    void confirmLease() {
        SharedCheckpointStore several = shared;
        if (several != null && opened) {
            several.confirmLease();
        }
    }

    /** Throws what is known already, and asks nobody. */
    void requireNotLost() {
        SharedCheckpointStore several = shared;
        if (several != null && several.isLeaseLost()) {
            several.confirmLease();
        }
    }

    /** Whether others wait for the lease, and this one waits for others, instead of failing. */
    boolean isShared() {
        return shared != null;
    }

    /** How long to wait before asking for the lease again. */
    Duration pollInterval() {
        SharedCheckpointStore several = shared;
        return several == null ? Duration.ZERO : several.pollInterval();
    }

    /** What an operator wishes of all instances. */
    Wish wish() {
        SharedCheckpointStore several = shared;
        return several == null ? Wish.RUN : several.wish();
    }

    /**
     * Ends the session that the owner before may have at the source, once for each takeover. After the lease is won: from then on
     * nothing of what that session is read for can be saved.
     */
    void endOldSession(SourceConnector connector) {
        if (mayHaveOldSession) {
            connector.endOldSession();
            mayHaveOldSession = false;
        }
    }

    /**
     * Gives the lease back, or forgets one that is another's by now, and what was loaded with it. {@link #open()} begins
     * again. While nothing is on its way to be saved only.
     */
    void leave() {
        writing.lock();
        try {
            if (opened && !closed) {
                opened = false;
                store.release();
                saved = null;
                schemas = Map.of();
                gap = null;
            }
        } finally {
            writing.unlock();
        }
    }

    /**
     * Lets the next stream start after a lost position, wherever that is possible, and what it starts with replace the
     * checkpoint. Until that is saved nothing is changed, so this ends with the process, or with the run. While nothing is on its
     * way to be saved only: what a stream from before has brought must not take the place of the new start.
     *
     * @param readAgain whether what the new stream starts with is that all tables are to be read again
     */
    void acceptGap(@Nullable String requestedBy, boolean readAgain) {
        gap = new AcceptedGap(requestedBy, readAgain);
    }

    /** Whether a gap was accepted behind which no new start is saved yet. */
    boolean isBehindGap() {
        return gap != null;
    }

    /** Whether all tables are to be read again with the next start. */
    boolean readsAgain() {
        AcceptedGap accepted = gap;
        return accepted != null && accepted.readAgain;
    }

    /** Where to resume. */
    StreamRequest resume() {
        Checkpoint checkpoint = saved;
        boolean seed = checkpoint != null && checkpoint.operatorSeed();
        return new StreamRequest(
                checkpoint == null ? null : checkpoint.offset(), seed, gap != null, comparableSchemas());
    }

    /** Behind a gap may be another log: positions in the old one cannot be compared with those that come. */
    private Map<TableId, AcknowledgedSchema> comparableSchemas() {
        if (gap == null) {
            return schemas;
        }
        Map<TableId, AcknowledgedSchema> known = new HashMap<>();
        schemas.forEach((table, schema) -> known.put(table, schema.beforeAll()));
        return known;
    }

    /** What is saved; null when nothing is, or nothing is known yet. */
    @Nullable
    Checkpoint saved() {
        return saved;
    }

    @Nullable
    Offset offset() {
        Checkpoint checkpoint = saved;
        return checkpoint == null ? null : checkpoint.offset();
    }

    long committedCount() {
        Checkpoint checkpoint = saved;
        return checkpoint == null ? 0 : checkpoint.committedEventCount();
    }

    /**
     * Makes an acknowledged prefix durable: first the shapes of tables, then the offset that covers them. When it fails,
     * everything is as before and the same call can be repeated.
     *
     * @return false after {@link #close()}: nothing is saved any more, and the prefix will be delivered again
     */
    boolean save(AckWindow.Prefix prefix) {
        Offset offset = prefix.offset();
        Checkpoint before;
        AcceptedGap accepted;
        writing.lock();
        try {
            if (closed || !opened) {
                return false;
            }
            before = saved;
            accepted = gap;
            if (offset != null && (before == null || before.operatorSeed() || accepted != null)) {
                beginAnew(prefix, offset);
            } else {
                moveOn(prefix, offset);
            }
        } finally {
            writing.unlock();
        }
        if (offset != null) {
            observer.checkpointSaved(source, offset, committedCount());
        }
        if (offset != null && accepted != null) {
            observer.gapAccepted(source, before == null ? null : before.offset(), offset, accepted.requestedBy());
        }
        return true;
    }

    /**
     * A save that is a part of a transaction, from its write to its end.
     *
     * @param before what was saved before it
     */
    record JoinedSave(
            Checkpoint before, Checkpoint next, Map<TableId, AcknowledgedSchema> schemas, Runnable committed) {}

    /**
     * Makes an acknowledged prefix durable together with all else that its transaction does: that is as durable as this, or not at
     * all. To be followed by {@link #end}. Until then the lease is kept, for the commit may still be written.
     *
     * @return null after {@link #close()}: nothing is saved any more
     * @throws io.rustcdc.event.CdcException if it was refused; everything is as before then
     */
    @Nullable
    JoinedSave saveInTransaction(Connection connection, AckWindow.Prefix prefix) {
        writing.lock();
        boolean joined = false;
        try {
            Checkpoint before = saved;
            if (closed || !opened) {
                return null;
            }
            if (before == null || !(store instanceof TransactionalCheckpointStore transactional)) {
                throw new IllegalStateException(
                        "A start is saved before changes are delivered, and in a store of its own");
            }
            Offset offset = prefix.offset();
            Checkpoint next = next(prefix, offset == null ? before.offset() : offset);
            Map<TableId, AcknowledgedSchema> known = with(prefix.schemas(), schemas);
            JoinedSave save =
                    new JoinedSave(before, next, known, transactional.saveInTransaction(connection, next, known));
            joined = true;
            return save;
        } finally {
            if (!joined) {
                writing.unlock();
            }
        }
    }

    /**
     * The transaction of a save has ended. What is known of as saved moves on only now: whatever was rolled back leaves no trace
     * here.
     */
    void end(JoinedSave save, boolean committed) {
        try {
            if (committed) {
                save.committed().run();
                saved = save.next();
                schemas = save.schemas();
            }
        } finally {
            writing.unlock();
        }
        if (committed) {
            observer.checkpointSaved(source, save.next().offset(), save.next().committedEventCount());
        }
    }

    /**
     * Takes for saved what the store has: after a transaction of which nobody knows how it ended.
     *
     * @return null after {@link #close()}
     * @throws io.rustcdc.event.CdcException if it cannot be loaded
     */
    @Nullable
    Checkpoint reload() {
        writing.lock();
        try {
            if (closed || !opened) {
                return null;
            }
            Checkpoint loaded = store.load().orElse(null);
            if (loaded == null) {
                throw new CheckpointException(
                        FailureKind.TERMINAL,
                        "The checkpoint of source '%s' has been removed while it ran".formatted(source.name()),
                        "Find out who removed it, and start the source again: it starts anew then.",
                        null);
            }
            schemas = Map.copyOf(store.loadSchemas());
            saved = loaded;
            return loaded;
        } finally {
            writing.unlock();
        }
    }

    /** The first position of a run that did not resume. What was saved by then belongs to another course of things. */
    private void beginAnew(AckWindow.Prefix prefix, Offset offset) {
        Checkpoint next = next(prefix, offset);
        Map<TableId, AcknowledgedSchema> known = with(prefix.schemas(), comparableSchemas());
        store.replace(next, known);
        saved = next;
        schemas = known;
        gap = null;
    }

    private void moveOn(AckWindow.Prefix prefix, @Nullable Offset offset) {
        Map<TableId, AcknowledgedSchema> known = with(prefix.schemas(), schemas);
        if (!known.equals(schemas)) {
            store.saveSchemas(known);
            schemas = known;
        }
        Offset position = offset == null && prefix.rows() != null ? offset() : offset;
        if (position != null) {
            Checkpoint next = next(prefix, position);
            store.save(next);
            saved = next;
        }
    }

    private Checkpoint next(AckWindow.Prefix prefix, Offset offset) {
        SnapshotState rows = prefix.rows();
        return new Checkpoint(offset, committedCount() + prefix.changes(), rows == null ? rows() : rows);
    }

    /** How far rows have been read; null when nothing is known of any. */
    @Nullable
    SnapshotState rows() {
        Checkpoint checkpoint = saved;
        return checkpoint == null ? null : checkpoint.snapshot();
    }

    /**
     * Changes what is to be read while no stream is there, after {@link #open()}.
     *
     * @param change whatever it throws refuses the change
     * @return what is saved now; null when nothing is known of any rows, and nothing was changed
     */
    @Nullable
    SnapshotState changeRows(UnaryOperator<SnapshotState> change) {
        writing.lock();
        try {
            Checkpoint before = saved;
            SnapshotState rows = before == null ? null : before.snapshot();
            if (before == null || rows == null || before.operatorSeed()) {
                return null;
            }
            SnapshotState next = change.apply(rows);
            Checkpoint changed = new Checkpoint(before.offset(), before.committedEventCount(), next);
            store.save(changed);
            saved = changed;
            return next;
        } finally {
            writing.unlock();
        }
    }

    private static Map<TableId, AcknowledgedSchema> with(
            List<AcknowledgedSchema> changed, Map<TableId, AcknowledgedSchema> known) {
        if (changed.isEmpty()) {
            return known;
        }
        Map<TableId, AcknowledgedSchema> next = new HashMap<>(known);
        changed.forEach(schema -> next.put(schema.schema().table(), schema));
        return Map.copyOf(next);
    }

    /**
     * Gives the lease back, after a save that may be under way; nothing is saved any more. May be called again.
     *
     * @return false when a save hangs: then the lease stays, since that save may still be written
     */
    boolean close() {
        boolean idle;
        try {
            idle = writing.tryLock(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            idle = writing.tryLock();
        }
        if (!idle) {
            return false;
        }
        try {
            if (opened && !closed) {
                store.release();
            }
            closed = true;
            return true;
        } finally {
            writing.unlock();
        }
    }
}
