package io.rustcdc.delivery;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A listener's call failed, and with it the transaction that it was a part of. */
public final class ListenerFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Subscription subscription;
    private final transient @Nullable ChangeEvent<Row> event;
    private final boolean afterOthers;

    /**
     * @param event null where the failure names none of several
     * @param afterOthers whether the call has handled other changes before that one
     */
    ListenerFailure(Subscription subscription, @Nullable ChangeEvent<Row> event, boolean afterOthers, Throwable cause) {
        super(cause);
        this.subscription = subscription;
        this.event = event;
        this.afterOthers = afterOthers;
    }

    Subscription subscription() {
        return subscription;
    }

    @Nullable
    ChangeEvent<Row> event() {
        return event;
    }

    boolean isAfterOthers() {
        return afterOthers;
    }

    public String listener() {
        return subscription.id();
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
