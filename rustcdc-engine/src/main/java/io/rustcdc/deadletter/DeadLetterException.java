package io.rustcdc.deadletter;

import io.rustcdc.event.CdcException;
import io.rustcdc.event.FailureKind;
import org.jspecify.annotations.Nullable;

/** A dead letter cannot be kept, read or removed. TRANSIENT where the same may succeed later. */
public final class DeadLetterException extends CdcException {

    private static final long serialVersionUID = 1L;

    public DeadLetterException(FailureKind kind, String message, @Nullable String action, @Nullable Throwable cause) {
        super(kind, message, action, cause);
    }

    /** No further letter is kept. */
    public static DeadLetterException full(String location, long maxLetters) {
        return new DeadLetterException(
                FailureKind.TERMINAL,
                "There are %d dead letters in %s, and no more are kept".formatted(maxLetters, location),
                "Mend the listener, then replay or discard dead letters, or raise the limit.",
                null);
    }
}
