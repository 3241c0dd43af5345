package io.rustcdc.runtime;

import io.rustcdc.checkpoint.Checkpoint;
import io.rustcdc.checkpoint.CheckpointStore;
import io.rustcdc.event.EventSource;
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
 * What of one source is durable, from the moment its lease is won to the moment it is given back. Opening is the reader's,
 * saving the delivery thread's; reading what is saved is anybody's.
 */
final class CheckpointWriter {

    private final EventSource source;
    private final CheckpointStore store;
    private final EngineObserver observer;
    private final ReentrantLock writing = new ReentrantLock();
    private volatile @Nullable Checkpoint saved;
    private volatile Map<TableId, AcknowledgedSchema> schemas = Map.of();
    private boolean opened;
    private boolean closed;

    CheckpointWriter(EventSource source, CheckpointStore store, EngineObserver observer) {
        this.source = source;
        this.store = store;
        this.observer = observer;
    }

    /**
     * Wins the lease and loads what is saved; does nothing when that is done. When this throws, the lease is not held.
     *
     * @throws io.rustcdc.event.CdcException if somebody else owns the lease or what is saved cannot be loaded
     */
    void open() {
        Checkpoint loaded;
        writing.lock();
        try {
            if (opened || closed) {
                return;
            }
            store.acquire();
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
     *
     * @return false after {@link #close()}: nothing is saved any more, and the prefix will be delivered again
     */
    boolean save(AckWindow.Prefix prefix) {
        Offset offset = prefix.offset();
        writing.lock();
        try {
            if (closed) {
                return false;
            }
            saveSchemas(prefix.schemas());
            if (offset != null) {
                Checkpoint next = new Checkpoint(offset, committedCount() + prefix.changes());
                store.save(next);
                saved = next;
            }
        } finally {
            writing.unlock();
        }
        if (offset != null) {
            observer.checkpointSaved(source, offset, committedCount());
        }
        return true;
    }

    private void saveSchemas(List<AcknowledgedSchema> changed) {
        if (changed.isEmpty()) {
            return;
        }
        Map<TableId, AcknowledgedSchema> next = new HashMap<>(schemas);
        changed.forEach(schema -> next.put(schema.schema().table(), schema));
        if (!next.equals(schemas)) {
            store.saveSchemas(next);
            schemas = Map.copyOf(next);
        }
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
