package io.rustcdc.checkpoint;

import io.rustcdc.event.FailureKind;
import io.rustcdc.event.TableId;
import io.rustcdc.schema.AcknowledgedSchema;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Forgets with the process: for tests and for consumers that start anew each time. Thread-safe. */
public final class MemoryCheckpointStore implements CheckpointStore {

    private @Nullable Checkpoint checkpoint;
    private Map<TableId, AcknowledgedSchema> schemas = Map.of();
    private boolean owned;

    @Override
    public String location() {
        return "memory";
    }

    @Override
    public synchronized void acquire() {
        if (owned) {
            throw new LeaseConflictException(
                    "checkpoint owner lease conflict for 'memory': lock owned by pid "
                            + ProcessHandle.current().pid(),
                    "Stop the other engine that uses this store.");
        }
        owned = true;
    }

    @Override
    public synchronized void release() {
        owned = false;
    }

    @Override
    public synchronized Optional<Checkpoint> load() {
        return Optional.ofNullable(checkpoint);
    }

    @Override
    public synchronized void save(Checkpoint next) {
        requireOwned();
        ForwardOnly.check(checkpoint, next);
        checkpoint = next;
    }

    @Override
    public synchronized void replace(Checkpoint next, Map<TableId, AcknowledgedSchema> nextSchemas) {
        requireOwned();
        ForwardOnly.checkCount(checkpoint, next);
        checkpoint = next;
        schemas = Map.copyOf(nextSchemas);
    }

    @Override
    public synchronized Map<TableId, AcknowledgedSchema> loadSchemas() {
        return schemas;
    }

    @Override
    public synchronized void saveSchemas(Map<TableId, AcknowledgedSchema> next) {
        requireOwned();
        schemas = Map.copyOf(next);
    }

    private void requireOwned() {
        if (!owned) {
            throw new CheckpointException(
                    FailureKind.TERMINAL, "The lease of this store is not held", "Acquire it before saving.", null);
        }
    }
}
