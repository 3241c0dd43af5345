package io.rustcdc.checkpoint;

import io.rustcdc.event.FailureKind;

/**
 * The stored checkpoint is another one than its owner knows of, while nobody else owns it: a transaction of which it was not known
 * how it ended has been committed after all. Loading it again helps.
 */
public final class StaleCheckpointException extends CheckpointException {

    private static final long serialVersionUID = 1L;

    public StaleCheckpointException(String message) {
        super(FailureKind.TRANSIENT, message, "Nothing was saved. The source goes on at what is stored.", null);
    }
}
