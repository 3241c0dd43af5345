package io.rustcdc.checkpoint;

import io.rustcdc.event.TableId;
import io.rustcdc.schema.AcknowledgedSchema;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the checkpoint of one source. Reading needs no lease; writing needs the one that {@link #acquire()} gave.
 * Acquire, save and release are called by one thread at a time.
 */
public interface CheckpointStore {

    /** Where the checkpoint lives, for people. */
    String location();

    /**
     * Becomes the one owner that may save. Acquiring while this object already owns the lease is an error of the caller.
     *
     * @throws LeaseConflictException if another process, or another store of this process, owns it
     * @throws CheckpointException if the place cannot be used
     */
    void acquire();

    /** Gives the lease back; does nothing when it is not held. Never throws. */
    void release();

    /**
     * The checkpoint, or empty when there has never been one. Something that is there and cannot be read is an error,
     * never "nothing".
     *
     * @throws CheckpointException if it cannot be loaded
     */
    Optional<Checkpoint> load();

    /**
     * Moves the checkpoint on; durable on return. When it fails, the old checkpoint is as it was.
     *
     * @throws CheckpointException TRANSIENT when it may succeed later (disk full), TERMINAL when the position or the
     *     count would go backwards or the lease is lost
     */
    void save(Checkpoint checkpoint);

    /**
     * Begins anew at a position that need not lie behind the saved one, and replaces the schemas with it: both or, after a
     * crash, none. What was there is kept beside it, for people. Durable on return.
     *
     * @throws CheckpointException TRANSIENT when it may succeed later: the same call can be repeated then; TERMINAL when the
     *     count would go backwards or the lease is lost
     */
    void replace(Checkpoint checkpoint, Map<TableId, AcknowledgedSchema> schemas);

    /** The acknowledged schemas by table; empty when none was saved. Errors as for {@link #load()}. */
    Map<TableId, AcknowledgedSchema> loadSchemas();

    /** Replaces the acknowledged schemas; durable on return. Errors as for {@link #save(Checkpoint)}. */
    void saveSchemas(Map<TableId, AcknowledgedSchema> schemas);
}
