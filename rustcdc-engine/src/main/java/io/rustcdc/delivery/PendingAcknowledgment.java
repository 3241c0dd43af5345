package io.rustcdc.delivery;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One delivered change, or some that are acknowledged together, which some listeners have yet to acknowledge. A change that was
 * dropped after a reconnect is simply forgotten by its owner, so late acknowledgments count down an object that nobody looks at
 * any more.
 */
public final class PendingAcknowledgment {

    private final AtomicInteger open;
    private final List<String> listeners;
    private final Runnable onDone;

    /** @param listeners the ids of those who are to acknowledge */
    PendingAcknowledgment(List<String> listeners, Runnable onDone) {
        this.open = new AtomicInteger(listeners.size());
        this.listeners = listeners;
        this.onDone = onDone;
    }

    /** Whether all listeners have acknowledged. */
    public boolean isDone() {
        return open.get() == 0;
    }

    /** Of these listeners, at least one has not acknowledged until it {@link #isDone()}. */
    public List<String> listeners() {
        return listeners;
    }

    /** One of the listeners is done; each says so once. */
    void listenerDone() {
        if (open.decrementAndGet() == 0) {
            onDone.run();
        }
    }
}
