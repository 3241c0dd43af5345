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
    private final int size;
    private final List<PendingAcknowledgment> pending = new ArrayList<>();
    private List<ChangeEvent<Row>> events = new ArrayList<>();
    private @Nullable PendingAcknowledgment common;

    /** What the last batches needed. */
    private int room;

    /** @param size the most changes, where the handler does not say it */
    Batch(Subscription subscription, BatchHandler handler, int size) {
        this.subscription = subscription;
        this.handler = handler;
        this.size = handler.maxSize() == 0 ? size : handler.maxSize();
    }

    Subscription subscription() {
        return subscription;
    }

    boolean isFull() {
        return events.size() >= size;
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
    PendingAcknowledgment add(ChangeEvent<Row> event, Function<List<String>, PendingAcknowledgment> create) {
        PendingAcknowledgment shared = common;
        if (shared == null) {
            shared = create.apply(List.of(subscription.id()));
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

    /** The change that a failure is about; null where it names none of several. */
    @Nullable
    ChangeEvent<Row> named(Throwable cause) {
        int index = cause instanceof BatchFailedException named ? named.index() : -1;
        if (index >= 0 && index < events.size()) {
            return events.get(index);
        }
        return events.size() == 1 ? first() : null;
    }

    List<ChangeEvent<Row>> events() {
        return Collections.unmodifiableList(events);
    }

    /** The others need no call any more. Their acknowledgment is still that of the batch. */
    void keep(List<ChangeEvent<Row>> some) {
        events = new ArrayList<>(some);
    }

    /** What the call is for, as its acknowledgment sees it. */
    Lanes.LaneCalled called() {
        return new Lanes.LaneCalled(first(), events.size(), List.copyOf(pending));
    }

    ChangeEvent<Row> first() {
        return events.get(0);
    }

    void clear() {
        room = Math.max(events.size(), room / 2);
        events = new ArrayList<>(room);
        pending.clear();
        common = null;
    }
}
