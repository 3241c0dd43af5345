package io.rustcdc.runtime;

import io.rustcdc.checkpoint.Checkpoint;
import io.rustcdc.checkpoint.CheckpointStore;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Offset;
import io.rustcdc.event.TableId;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.schema.AcknowledgedSchema;
import io.rustcdc.source.StreamRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What of one source is durable, from the moment its lease is won to the moment it is given back. Saving is the delivery
 * thread's; reading what is saved is anybody's.
 */
final class CheckpointWriter {

    private final EventSource source;
    private final CheckpointStore store;
    private final EngineObserver observer;
    private final ReentrantLock writing = new ReentrantLock();
    private volatile @Nullable Checkpoint saved;
    private volatile Map<TableId, AcknowledgedSchema> schemas;
    private boolean closed;

    private CheckpointWriter(EventSource source, CheckpointStore store, EngineObserver observer) {
        this.source = source;
        this.store = store;
        this.observer = observer;
        this.saved = store.load().orElse(null);
        this.schemas = Map.copyOf(store.loadSchemas());
    }

    /**
     * Wins the lease and loads what is saved. When this throws, the lease is not held.
     *
     * @throws CdcException if somebody else owns the lease or what is saved cannot be loaded
     */
    static CheckpointWriter open(EventSource source, CheckpointStore store, EngineObserver observer) {
        store.acquire();
        try {
            CheckpointWriter writer = new CheckpointWriter(source, store, observer);
            Checkpoint loaded = writer.saved;
            if (loaded != null) {
                observer.checkpointLoaded(source, loaded.offset(), loaded.committedEventCount());
            }
            return writer;
        } catch (RuntimeException | Error e) {
            store.release();
            throw e;
        }
    }

    /** Where to resume. */
    StreamRequest resume() {
        Checkpoint checkpoint = saved;
        return checkpoint == null
                ? new StreamRequest(null, false, schemas)
                : new StreamRequest(checkpoint.offset(), checkpoint.operatorSeed(), schemas);
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
     */
    void save(AckWindow.Prefix prefix) {
        writing.lock();
        try {
            if (closed) {
                throw new CdcException(FailureKind.TERMINAL, "The source was stopped before this save", null, null);
            }
            saveSchemas(prefix.schemas());
            Offset offset = prefix.offset();
            if (offset != null) {
                Checkpoint next = new Checkpoint(offset, committedCount() + prefix.changes());
                store.save(next);
                saved = next;
                observer.checkpointSaved(source, offset, next.committedEventCount());
            }
        } finally {
            writing.unlock();
        }
    }

    private void saveSchemas(List<AcknowledgedSchema> changed) {
        Map<TableId, AcknowledgedSchema> next = new HashMap<>(schemas);
        changed.forEach(schema -> next.put(schema.schema().table(), schema));
        if (!next.equals(schemas)) {
            store.saveSchemas(next);
            schemas = Map.copyOf(next);
        }
    }

    /**
     * Gives the lease back, after a save that may be under way; nothing is saved any more.
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
            if (!closed) {
                closed = true;
                store.release();
            }
            return true;
        } finally {
            writing.unlock();
        }
    }
}
