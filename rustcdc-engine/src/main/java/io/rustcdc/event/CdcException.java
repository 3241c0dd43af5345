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

    /** Not written along: where an exception is read back, the action says the same in one line. */
    private final transient @Nullable Remedy remedy;

    public CdcException(FailureKind kind, String message, @Nullable String action, @Nullable Throwable cause) {
        super(message, cause);
        this.description = message;
        this.kind = kind;
        this.action = action;
        this.remedy = null;
    }

    /** With an action whose parts are known. */
    protected CdcException(FailureKind kind, Remedy remedy, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.description = message;
        this.kind = kind;
        this.action = remedy.text();
        this.remedy = remedy;
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

    /** The action with its parts; null where there is none. */
    public final @Nullable Remedy remedy() {
        return remedy == null && action != null ? Remedy.words(action) : remedy;
    }
}
