package io.rustcdc.delivery;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one batch listener is called with next. Each change in it stands in line unacknowledged, so nothing of it can be saved
 * before the call. Used by the delivery thread only.
 */
final class Batch {

    private final Subscription subscription;
    private final BatchHandler handler;
    private final List<PendingAcknowledgment> pending = new ArrayList<>();
    private List<ChangeEvent<Row>> events = new ArrayList<>();
    private @Nullable PendingAcknowledgment common;

    Batch(Subscription subscription, BatchHandler handler) {
        this.subscription = subscription;
        this.handler = handler;
    }

    Subscription subscription() {
        return subscription;
    }

    boolean isFull() {
        return events.size() >= handler.maxSize();
    }

    boolean isEmpty() {
        return events.isEmpty();
    }

    /** Adds a change whose acknowledgment nobody waits for. */
    void add(ChangeEvent<Row> event) {
        events.add(event);
    }

    /** Adds a change that waits for other listeners, too. */
    void add(ChangeEvent<Row> event, PendingAcknowledgment acknowledgments) {
        events.add(event);
        pending.add(acknowledgments);
    }

    /**
     * Adds a change that waits for this listener alone: one acknowledgment stands for all of these.
     *
     * @param create makes it
     */
    PendingAcknowledgment add(ChangeEvent<Row> event, Function<Integer, PendingAcknowledgment> create) {
        PendingAcknowledgment shared = common;
        if (shared == null) {
            shared = create.apply(1);
            common = shared;
            pending.add(shared);
        }
        events.add(event);
        return shared;
    }

    /** Calls the listener. What it was called with stays here until {@link #clear()}. */
    void call(Acknowledgment acknowledgment) throws Exception {
        handler.handle(Collections.unmodifiableList(events), acknowledgment);
    }

    /** The change that a failure names, else the first one. */
    ChangeEvent<Row> failed(Throwable cause) {
        int index = cause instanceof BatchFailedException named ? named.index() : 0;
        return index >= 0 && index < events.size() ? events.get(index) : first();
    }

    ChangeEvent<Row> first() {
        return events.get(0);
    }

    List<PendingAcknowledgment> pending() {
        return pending;
    }

    void clear() {
        events = new ArrayList<>();
        pending.clear();
        common = null;
    }
}
