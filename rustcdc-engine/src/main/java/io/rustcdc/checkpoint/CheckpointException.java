package io.rustcdc.checkpoint;

import io.rustcdc.event.CdcException;
import io.rustcdc.event.FailureKind;
import org.jspecify.annotations.Nullable;

/** The checkpoint cannot be loaded or saved. */
public class CheckpointException extends CdcException {

    private static final long serialVersionUID = 1L;

    public CheckpointException(FailureKind kind, String message, @Nullable String action, @Nullable Throwable cause) {
        super(kind, message, action, cause);
    }
}
