package io.rustcdc.source;

import io.rustcdc.event.CdcException;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Remedy;
import org.jspecify.annotations.Nullable;

/** The source cannot be opened, read or confirmed. */
public final class SourceException extends CdcException {

    private static final long serialVersionUID = 1L;

    public SourceException(FailureKind kind, String message, @Nullable String action, @Nullable Throwable cause) {
        super(kind, message, action, cause);
    }

    private SourceException(FailureKind kind, Remedy remedy, String message, @Nullable Throwable cause) {
        super(kind, remedy, message, cause);
    }

    /** With an action whose parts are known. */
    public static SourceException of(FailureKind kind, String message, Remedy remedy, @Nullable Throwable cause) {
        return new SourceException(kind, remedy, message, cause);
    }

    public static SourceException transientFailure(String message, @Nullable Throwable cause) {
        return new SourceException(FailureKind.TRANSIENT, message, null, cause);
    }

    public static SourceException configuration(String message, String action) {
        return new SourceException(FailureKind.CONFIGURATION, message, action, null);
    }

    public static SourceException configuration(String message, Remedy remedy) {
        return of(FailureKind.CONFIGURATION, message, remedy, null);
    }

    /** What comes after the checkpoint is not there any more: an operator has to decide how to go on. */
    public static SourceException positionLost(String message, String action) {
        return new SourceException(FailureKind.POSITION_LOST, message, action, null);
    }

    public static SourceException terminal(String message, String action) {
        return new SourceException(FailureKind.TERMINAL, message, action, null);
    }
}
