package io.rustcdc.checkpoint;

import io.rustcdc.event.FailureKind;

/** The lease was held and is another instance's now, which goes on from what was saved before. Nothing was saved. */
public final class LeaseLostException extends CheckpointException {

    private static final long serialVersionUID = 1L;

    public LeaseLostException(String message, String action) {
        super(FailureKind.TERMINAL, message, action, null);
    }
}
