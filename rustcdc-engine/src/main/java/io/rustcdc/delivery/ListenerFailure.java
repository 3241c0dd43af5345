package io.rustcdc.delivery;

import java.util.Objects;

/** A listener's call failed, and with it the transaction that it was a part of. */
public final class ListenerFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final String listener;

    ListenerFailure(String listener, Throwable cause) {
        super(cause);
        this.listener = listener;
    }

    public String listener() {
        return listener;
    }

    /** What the listener threw. */
    public Throwable thrown() {
        return Objects.requireNonNull(getCause());
    }

    /** Whether another call cannot help. */
    public boolean isFatal() {
        return getCause() instanceof Error;
    }
}
