package io.rustcdc.engine;

import io.rustcdc.checkpoint.Checkpoint;
import io.rustcdc.checkpoint.CheckpointException;
import io.rustcdc.checkpoint.CheckpointStore;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.TableId;
import io.rustcdc.schema.AcknowledgedSchema;
import java.util.Map;
import java.util.Optional;

/** A store whose process "dies" with the save that covers so many events: that one is durable, nothing after it is. */
final class CrashingStore implements CheckpointStore {

    private final CheckpointStore store;
    private final long diesAt;
    private volatile boolean dead;

    CrashingStore(CheckpointStore store, long diesAt) {
        this.store = store;
        this.diesAt = diesAt;
    }

    boolean isDead() {
        return dead;
    }

    @Override
    public String location() {
        return store.location();
    }

    @Override
    public void acquire() {
        store.acquire();
    }

    @Override
    public void release() {
        store.release();
    }

    @Override
    public Optional<Checkpoint> load() {
        return store.load();
    }

    @Override
    public void save(Checkpoint checkpoint) {
        requireAlive();
        store.save(checkpoint);
        dead = checkpoint.committedEventCount() >= diesAt;
    }

    @Override
    public void replace(Checkpoint checkpoint, Map<TableId, AcknowledgedSchema> schemas) {
        requireAlive();
        store.replace(checkpoint, schemas);
        dead = checkpoint.committedEventCount() >= diesAt;
    }

    @Override
    public Map<TableId, AcknowledgedSchema> loadSchemas() {
        return store.loadSchemas();
    }

    @Override
    public void saveSchemas(Map<TableId, AcknowledgedSchema> schemas) {
        requireAlive();
        store.saveSchemas(schemas);
    }

    private void requireAlive() {
        if (dead) {
            throw new CheckpointException(FailureKind.TERMINAL, "This process is dead", null, null);
        }
    }
}
