package io.rustcdc.delivery;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * One delivered change, or some that are acknowledged together, which some listeners have yet to acknowledge. A change that was
 * dropped after a reconnect is simply forgotten by its owner, so late acknowledgments count down an object that nobody looks at
 * any more.
 */
public final class PendingAcknowledgment {

    private final AtomicInteger open;
    private final Runnable onDone;

    PendingAcknowledgment(int listeners, Runnable onDone) {
        this.open = new AtomicInteger(listeners);
        this.onDone = onDone;
    }

    /** Whether all listeners have acknowledged. */
    public boolean isDone() {
        return open.get() == 0;
    }

    /** One of the listeners is done; each says so once. */
    void listenerDone() {
        if (open.decrementAndGet() == 0) {
            onDone.run();
        }
    }
}
