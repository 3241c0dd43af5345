package io.rustcdc.delivery;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** What one listener has to say about one call. The first word counts. Thread-safe. */
final class ListenerAcknowledgment implements Acknowledgment {

    private final AtomicBoolean first = new AtomicBoolean(true);
    private final List<PendingAcknowledgment> pending;
    private final Consumer<Throwable> onFailure;

    /**
     * @param pending what the call was for
     * @param onFailure is told when it was not done
     */
    ListenerAcknowledgment(List<PendingAcknowledgment> pending, Consumer<Throwable> onFailure) {
        this.pending = List.copyOf(pending);
        this.onFailure = onFailure;
    }

    @Override
    public void acknowledge() {
        if (first.compareAndSet(true, false)) {
            pending.forEach(PendingAcknowledgment::listenerDone);
        }
    }

    @Override
    public void fail(Throwable cause) {
        Objects.requireNonNull(cause, "cause");
        if (first.compareAndSet(true, false)) {
            onFailure.accept(cause);
        }
    }
}
