package io.rustcdc.event;

import org.jspecify.annotations.Nullable;

/**
 * The root of all failures of the engine. The message says what was expected and what was found, the action says what to
 * do about it, with the SQL or the setting to paste where there is one. Neither ever holds a secret or a row's value.
 */
public class CdcException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String description;
    private final FailureKind kind;
    private final @Nullable String action;

    public CdcException(FailureKind kind, String message, @Nullable String action, @Nullable Throwable cause) {
        super(message, cause);
        this.description = message;
        this.kind = kind;
        this.action = action;
    }

    /** The message; never null. */
    public final String description() {
        return description;
    }

    public final FailureKind kind() {
        return kind;
    }

    /** What to do, or null where nothing but waiting helps. */
    public final @Nullable String action() {
        return action;
    }
}
