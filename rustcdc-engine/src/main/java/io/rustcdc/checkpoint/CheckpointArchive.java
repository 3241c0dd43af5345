package io.rustcdc.checkpoint;

import io.rustcdc.event.FailureKind;
import java.util.List;
import java.util.Optional;

/**
 * The operator's side of a store, for one source. Looking needs no lease and is possible while another process owns it. Each
 * change takes the lease for its own duration, so it is refused while the source runs anywhere; what it replaces is kept
 * before, with the schemas that belong to it. A change is durable on return; after a failure or a crash the old checkpoint is
 * there or the new one.
 *
 * <p>Operators may go backwards: none of the changes minds the position or the count of what is stored.
 */
public interface CheckpointArchive {

    /**
     * What is stored now; empty when there is none. What cannot be read is shown with the reason.
     *
     * @throws CheckpointException if the place cannot be looked at
     */
    Optional<StoredCheckpoint> stored();

    /**
     * Those that were replaced or removed, the newest first.
     *
     * @throws CheckpointException if the place cannot be looked at
     */
    List<StoredCheckpoint> history();

    /**
     * Stores a checkpoint as one that a person wrote: the next start takes it as {@link Checkpoint#operatorSeed()}.
     *
     * @throws LeaseConflictException if somebody owns the lease
     * @throws CheckpointException if it cannot be written
     */
    void seed(Checkpoint checkpoint);

    /**
     * Removes the checkpoint, so that the source starts anew.
     *
     * @return false if there was none
     * @throws LeaseConflictException if somebody owns the lease
     * @throws CheckpointException if it cannot be removed
     */
    boolean delete();

    /**
     * Stores again, as it was, what was replaced.
     *
     * @param id of an entry of the history
     * @throws LeaseConflictException if somebody owns the lease
     * @throws CheckpointException if there is no such entry, or it cannot be read, or the place cannot be written
     */
    void restore(String id);

    /** The refusal of an id that no entry of the history has. */
    static CheckpointException unknown(String id) {
        return new CheckpointException(
                FailureKind.CONFIGURATION,
                "There is no archived checkpoint '%s'".formatted(id),
                "Take the id of an entry of the history.",
                null);
    }
}
