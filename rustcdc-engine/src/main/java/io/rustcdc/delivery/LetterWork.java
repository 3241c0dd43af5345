package io.rustcdc.delivery;

import io.rustcdc.deadletter.DeadLetter;
import io.rustcdc.deadletter.DeadLetterStore;
import io.rustcdc.deadletter.DeadLetterStore.Filter;
import io.rustcdc.deadletter.Failure;
import io.rustcdc.deadletter.TransactionalDeadLetterStore;
import io.rustcdc.delivery.Subscription.AckMode;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Row;
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
 * What operators have done with dead letters. To be used by the delivery thread, while all that was delivered is acknowledged and
 * saved: no checkpoint from before a letter that is gone is ever used again, so its change does not come back between others.
 *
 * <p>All methods throw {@link DeliveryAbortedException} if the source was stopped, or its connection lost, while a letter waited to be tried
 * again or the store to answer; and the store's exception if another try cannot help.
 */
public final class LetterWork {

    private final EventSource source;
    private final @Nullable DeadLetterStore store;
    private final EngineObserver observer;
    private final Patience patience;
    private final ListenerCalls calls;
    private final @Nullable ReplayTransactions transactions;
    private final Map<String, Subscription> subscriptions = new HashMap<>();

    LetterWork(
            EventSource source, Listeners listeners, EngineObserver observer, Patience patience, ListenerCalls calls) {
        this.source = source;
        this.store = listeners.deadLetters();
        this.observer = observer;
        this.patience = patience;
        this.calls = calls;
        DeliveryTransaction transaction = listeners.transaction();
        this.transactions = transaction != null && store instanceof TransactionalDeadLetterStore transactional
                ? new ReplayTransactions(transaction, transactional, calls, patience)
                : null;
        listeners.subscriptions().forEach(subscription -> subscriptions.put(subscription.id(), subscription));
    }

    /** As {@link DeadLetterStore#list}. */
    public List<DeadLetter> list(Filter filter, int limit, long afterId) throws DeliveryAbortedException {
        return patience.call(() -> store().list(filter, limit, afterId));
    }

    /**
     * Calls the letter's listener by its retry rules, and removes the letter if it succeeds.
     *
     * @return false when it failed, or there is no such listener
     * @throws DeliveryFailedException if it threw an {@link Error}: then the source is to stop
     */
    public boolean replay(DeadLetter letter) throws DeliveryAbortedException {
        Subscription subscription = subscriptions.get(letter.listener());
        if (subscription == null) {
            return false;
        }
        Failure failure = callAgain(subscription, letter);
        if (failure != null) {
            patience.call(() -> {
                store().failedAgain(letter.id(), failure);
                return true;
            });
            return false;
        }
        if (transactions == null) {
            patience.call(() -> store().remove(letter.id()));
        }
        tell(Kind.REPLAYED, letter);
        return true;
    }

    private @Nullable Failure callAgain(Subscription subscription, DeadLetter letter) throws DeliveryAbortedException {
        if (subscription.ackMode() == AckMode.MANUAL) {
            return unfit();
        }
        return transactions == null
                ? calls.callAgain(subscription, letter.event())
                : transactions.replay(subscription, letter);
    }

    /** Removes a letter; false when there is none. */
    public boolean discard(long id) throws DeliveryAbortedException {
        DeadLetter letter = patience.call(() -> store().find(id)).orElse(null);
        if (letter == null || !patience.call(() -> store().remove(id))) {
            return false;
        }
        tell(Kind.DISCARDED, letter);
        return true;
    }

    private static Failure unfit() {
        return new Failure(
                "The listener acknowledges by itself, and a replay must know when it is done: it was not called",
                0,
                Instant.now());
    }

    private void tell(Kind kind, DeadLetter letter) {
        ChangeEvent<Row> event = letter.event();
        observer.deadLetter(
                source, new DeadLetterEvent(kind, letter.listener(), event.table(), event.offset(), 1, null));
    }

    private DeadLetterStore store() {
        return Objects.requireNonNull(store, "whoever works with letters has a store");
    }
}
