package io.rustcdc.checkpoint;

import io.rustcdc.event.FailureKind;

/** Somebody else owns the checkpoint. */
public final class LeaseConflictException extends CheckpointException {

    private static final long serialVersionUID = 1L;

    public LeaseConflictException(String message, String action) {
        super(FailureKind.CONFIGURATION, message, action, null);
    }
}
