package io.rustcdc.delivery;

import io.rustcdc.deadletter.DeadLetter;
import io.rustcdc.deadletter.DeadLetterException;
import io.rustcdc.deadletter.DeadLetterStore;
import io.rustcdc.deadletter.Failure;
import io.rustcdc.deadletter.ParkedRow;
import io.rustcdc.delivery.ParkedRows.Place;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.observe.DeadLetterEvent;
import io.rustcdc.observe.DeadLetterEvent.Kind;
import io.rustcdc.observe.EngineObserver;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of changes that a listener cannot handle, and of those that come behind them. Thread-safe: changes of one row come from one
 * thread at a time.
 *
 * <p>Why nothing is lost and the order of a row holds: a letter is durable before its change counts as acknowledged, so whatever
 * line the process dies at, the change is in the store or will be delivered again; and when it comes again, its position says
 * that it is there already. A later change of the row finds it parked, in memory or after a restart in the store, and goes
 * behind it. One that lies before all parked ones of its row was handled before these came.
 */
final class SetAside {

    private final EventSource source;
    private final @Nullable DeadLetterStore store;
    private final EngineObserver observer;
    private final Patience patience;
    private final ParkedRows parked = new ParkedRows();
    private final Map<String, FailingRows> failing = new HashMap<>();
    private volatile boolean stale = true;

    SetAside(EventSource source, Listeners listeners, EngineObserver observer, Patience patience) {
        this.source = source;
        this.store = listeners.deadLetters();
        this.observer = observer;
        this.patience = patience;
        listeners
                .subscriptions()
                .forEach(subscription -> failing.put(
                        subscription.id(), new FailingRows(subscription.policy().brokenAfter())));
    }

    /** What is known of parked rows may be wrong by now. */
    void forget() {
        stale = true;
    }

    /** Finds out which rows are parked, if that is not known. Nothing is delivered before. */
    void find() throws DeliveryAbortedException {
        DeadLetterStore letters = store;
        if (stale && letters != null) {
            parked.read(patience.call(letters::parked));
        }
        stale = false;
    }

    /** Parks a change whose row is parked; false when it is not, so that the listener is to be called. */
    boolean parksBehind(Subscription subscription, ChangeEvent<Row> event) throws DeliveryAbortedException {
        if (parked.place(subscription.id(), event) != Place.BEHIND) {
            return false;
        }
        DeadLetter letter = DeadLetter.of(subscription.id(), event, null, Instant.now());
        try {
            keep(letter, null);
        } catch (DeadLetterException e) {
            throw DeliveryFailedException.notKeptBehind(subscription.id(), event, e);
        }
        return true;
    }

    /** Whether {@link #parksBehind} is false for whatever comes next. */
    boolean hasNothingParked(Subscription subscription) {
        return parked.isEmpty(subscription.id());
    }

    /** Keeps a change that no listener gets; whether it was not there. Nothing waits behind it. */
    boolean keepForAll(DeadLetter letter) throws DeliveryAbortedException {
        DeadLetterStore letters = Objects.requireNonNull(store, "who skips to dead letters has a store");
        return patience.call(() -> letters.park(letter));
    }

    /** A call has succeeded. */
    void succeeded(Subscription subscription) {
        if (failing(subscription).succeeded()) {
            observer.listenerMended(source, subscription.id());
        }
    }

    /**
     * A listener has failed for a change beyond its retries.
     *
     * @return true when the change counts as acknowledged; false when it is to be tried again, since it is not the change
     * @throws DeliveryFailedException if the source is to stop
     * @throws DeliveryAbortedException if the source was stopped or its connection lost meanwhile
     */
    boolean failed(Subscription subscription, ChangeEvent<Row> event, int attempts, Throwable cause)
            throws DeliveryAbortedException {
        String listener = subscription.id();
        FailurePolicy.Action action = subscription.policy().action();
        if (action == FailurePolicy.Action.STOP) {
            throw new DeliveryFailedException(listener, event, attempts, cause);
        }
        if (action == FailurePolicy.Action.SKIP || parked.place(listener, event) == Place.BEFORE) {
            skipped(subscription, event, 1, cause);
            return true;
        }
        List<ParkedRow> rows = ParkedRow.of(listener, event);
        if (rows.isEmpty()) {
            throw DeliveryFailedException.withoutKey(listener, event, attempts, cause);
        }
        if (!isTheRow(subscription, rows.get(0))) {
            awaitMending(subscription, attempts);
            return false;
        }
        try {
            keep(DeadLetter.of(listener, event, Failure.of(cause, attempts, Instant.now()), Instant.now()), cause);
        } catch (DeadLetterException e) {
            throw DeliveryFailedException.notKept(listener, event, attempts, e);
        }
        return true;
    }

    /** Some changes of one call count as acknowledged although the listener has failed. */
    void skipped(Subscription subscription, ChangeEvent<Row> first, int changes, Throwable cause) {
        tell(new DeadLetterEvent(Kind.SKIPPED, subscription.id(), first.table(), first.offset(), changes, cause));
    }

    /** A table was emptied: what is parked of it must not be replayed. All older changes of it must have been delivered. */
    void emptied(Subscription subscription, ChangeEvent<Row> truncate) throws DeliveryAbortedException {
        DeadLetterStore letters = store;
        String listener = subscription.id();
        TableId table = truncate.table();
        if (letters == null || !parked.has(listener, table)) {
            return;
        }
        int superseded;
        try {
            superseded = patience.call(() -> letters.supersede(listener, table));
        } catch (DeadLetterException e) {
            throw DeliveryFailedException.notKeptBehind(listener, truncate, e);
        }
        parked.remove(listener, table);
        tell(new DeadLetterEvent(Kind.SUPERSEDED, listener, table, truncate.offset(), superseded, null));
    }

    private void keep(DeadLetter letter, @Nullable Throwable cause) throws DeliveryAbortedException {
        DeadLetterStore letters = Objects.requireNonNull(store, "a listener that parks has a store");
        boolean isNew = patience.call(() -> letters.park(letter));
        ChangeEvent<Row> event = letter.event();
        letter.rows().forEach(row -> parked.add(row, event.offset()));
        if (isNew) {
            Kind kind = letter.failure() == null ? Kind.PARKED_BEHIND : Kind.PARKED;
            tell(new DeadLetterEvent(kind, letter.listener(), event.table(), event.offset(), 1, cause));
        }
    }

    ParkedRows parked() {
        return parked;
    }

    void tell(DeadLetterEvent event) {
        observer.deadLetter(source, event);
    }

    /** Whether one more row that fails may be set aside: it is not the listener. */
    boolean isTheRow(Subscription subscription, ParkedRow row) {
        return failing(subscription).isTheRow(row);
    }

    /** Waits before the next call of a listener that fails for all rows. */
    void awaitMending(Subscription subscription, int attempts) throws DeliveryAbortedException {
        FailingRows rows = failing(subscription);
        if (rows.broken()) {
            observer.listenerBroken(source, subscription.id(), rows.limit());
        }
        patience.awaitMending(attempts);
    }

    private FailingRows failing(Subscription subscription) {
        return Objects.requireNonNull(failing.get(subscription.id()));
    }
}
