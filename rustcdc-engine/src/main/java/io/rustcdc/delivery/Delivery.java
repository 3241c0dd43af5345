package io.rustcdc.delivery;

import io.rustcdc.deadletter.DeadLetter;
import io.rustcdc.deadletter.DeadLetterException;
import io.rustcdc.deadletter.DeadLetterStore;
import io.rustcdc.deadletter.TransactionalDeadLetterStore;
import io.rustcdc.delivery.Lanes.LaneCalled;
import io.rustcdc.delivery.Routes.Route;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Row;
import io.rustcdc.observe.EngineObserver;
import java.sql.Connection;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hands each change to all listeners that want it, in the order in which they were registered, those that take batches last,
 * and calls a failing one again by the retry rules. Used by the delivery thread only.
 */
public final class Delivery {

    private final ListenerCalls calls;
    private final SetAside setAside;
    private final LetterWork letters;
    private final TransactionLetters inTransaction;
    private final @Nullable DeadLetterStore deadLetters;

    private final Signals signals;
    private final Map<Subscription, Batch> batches = new LinkedHashMap<>();
    private final Map<Subscription, Lanes> lanes = new LinkedHashMap<>();
    private final Routes routes;
    private final List<Subscription> subscriptions;
    private final Function<List<String>, PendingAcknowledgment> pendings = this::pending;
    private volatile LateFailure lateFailure = new LateFailure();
    private boolean tookTime;

    /** What delivery asks of the thread it runs on. */
    public interface Signals {

        /**
         * Waits before a failed call is repeated.
         *
         * @return false when the source is being stopped: the change is given up for now
         */
        boolean awaitRetry(Duration delay);

        /** Whether the source is being stopped: then a failure is given up for now, it is no verdict on the listener. */
        boolean isStopping();

        /**
         * Some change is now acknowledged by all of its listeners, or will never be: {@link #flush()} says which. May come from any
         * thread.
         */
        void acknowledged();

        /** Whether listeners may be called now: no pause, stop or lost connection, and the lease is held. */
        boolean mayCall();

        /** Whether what is not acknowledged will be delivered again anyway, since of a stop or a lost connection. */
        boolean mustGiveUp();
    }

    public Delivery(
            EventSource source, Listeners listeners, CallOptions options, EngineObserver observer, Signals signals) {
        this.subscriptions = listeners.subscriptions();
        Patience patience = new Patience(source, observer, signals);
        this.setAside = new SetAside(source, listeners, observer, patience);
        this.calls = new ListenerCalls(source, options, observer, signals, setAside);
        this.inTransaction = new TransactionLetters(setAside);
        this.deadLetters = listeners.deadLetters();
        this.letters = new LetterWork(source, listeners, observer, patience, calls);
        this.signals = signals;
        Lanes.Parts parts = new Lanes.Parts(source.name(), calls, signals, this::acknowledgment, this::failedInLane);
        for (Subscription subscription : listeners.subscriptions()) {
            if (!subscription.lanes().isOne()) {
                lanes.put(subscription, new Lanes(subscription, parts));
            } else if (subscription.handler() instanceof BatchHandler handler) {
                batches.put(subscription, calls.batch(subscription, handler));
            }
        }
        this.routes = new Routes(listeners.subscriptions(), batches, lanes);
    }

    /**
     * To be called before each delivery, with the lease held: finds out which rows have dead letters, where that is not known.
     *
     * @throws DeliveryAbortedException if the source was stopped, or its connection lost, before the store of dead letters answered
     */
    public void prepare() throws DeliveryAbortedException {
        setAside.find();
    }

    /** What operators want done with dead letters. */
    public LetterWork letters() {
        return letters;
    }

    /** Dead letters were removed: {@link #prepare} is to look which rows have some. Lanes must be idle. */
    public void forgetParked() {
        setAside.forget();
    }

    /** Who is to be told of what is done; nothing is yet. */
    public Completions completions() {
        return new Completions(subscriptions);
    }

    /** Whether some listener handles several changes at a time. */
    public boolean hasLanes() {
        return !lanes.isEmpty();
    }

    /** Whether the change can be delivered now: not before lanes have done what must come before it. */
    public boolean canDeliver(ChangeEvent<Row> event) {
        Route route = routes.of(event);
        for (Lanes taking : route.inLanes) {
            if (!taking.canTake(event)) {
                return false;
            }
        }
        for (Lanes emptied : route.emptiedLanes) {
            if (!emptied.isIdle()) {
                return false;
            }
        }
        return true;
    }

    /** Whether no lane has anything to do. */
    public boolean isIdle() {
        return lanes.values().stream().allMatch(Lanes::isIdle);
    }

    /** Lets lanes look again whether they {@link Signals#mayCall()}. */
    public void goOn() {
        lanes.values().forEach(Lanes::goOn);
    }

    /**
     * Delivers one change to all of its listeners; to those that have lanes, from these and later; to those that take batches at the next {@link #flush()}, or when their batch
     * is full.
     *
     * @return what is still to be acknowledged, or null when all is
     * @throws DeliveryFailedException if a listener failed beyond its retries
     * @throws DeliveryAbortedException if the source was stopped between two tries
     */
    public @Nullable PendingAcknowledgment deliver(ChangeEvent<Row> event) throws DeliveryAbortedException {
        Route route = routes.of(event);
        tookTime = route.isSlow();
        for (Batch batch : route.emptiedBatches) {
            flush(batch);
        }
        for (Subscription subscription : route.emptied) {
            setAside.emptied(subscription, event);
        }
        PendingAcknowledgment pending = route.later.isEmpty() || route.isOneBatch() ? null : pending(route.later);
        for (Subscription subscription : route.singles) {
            Acknowledgment acknowledgment = pending == null || subscription.ackMode() == Subscription.AckMode.AUTO
                    ? ListenerCalls.BY_RETURNING
                    : acknowledgment(subscription, new LaneCalled(event, 1, List.of(pending)));
            calls.call(subscription, event, acknowledgment);
        }
        for (Lanes taking : route.inLanes) {
            taking.give(event, Objects.requireNonNull(pending));
        }
        for (Batch batch : route.batched) {
            if (pending == null) {
                pending = batch.add(event, pendings);
            } else {
                batch.add(event, pending);
            }
            if (batch.isFull()) {
                flush(batch);
            }
        }
        return pending == null || pending.isDone() ? null : pending;
    }

    /**
     * Whether the last {@link #deliver} or {@link #flush} did more than to put a change into a batch: then a listener or a store may
     * have needed any time.
     */
    public boolean hasTakenTime() {
        return tookTime;
    }

    /**
     * Calls the listeners that take batches with what they have not been called with yet. To be called before anything is saved,
     * and after each {@link Signals#acknowledged()}.
     *
     * @throws DeliveryFailedException if one of them failed beyond its retries, or some listener has said after its call that it
     *     could not do it
     * @throws DeliveryAbortedException if the source was stopped between two tries
     */
    public void flush() throws DeliveryAbortedException {
        RuntimeException late = signals.isStopping() ? null : lateFailure.found();
        if (late != null) {
            throw late;
        }
        tookTime = false;
        lanes.values().forEach(Lanes::flush);
        for (Batch batch : batches.values()) {
            flush(batch);
        }
    }

    /**
     * Ends the calls of all lanes where that leaves least to be repeated: what is older than something that was begun is done, what
     * is not begun is left. Waits for it; an interrupt is handed on to the listeners.
     */
    public void finish() {
        lanes.values().forEach(Lanes::finish);
    }

    /** Waits for the calls of lanes that are under way, and lets them begin no others. */
    public void abandon() {
        lanes.values().forEach(Lanes::abandon);
    }

    /** Ends the lanes; the calls that are under way are waited for. */
    public void close() {
        abandon();
        lanes.values().forEach(Lanes::close);
    }

    /** Lanes must have ended. What was delivered and is not acknowledged will be delivered again: what listeners say about it does not count any more. */
    public void startOver() {
        batches.values().forEach(Batch::clear);
        lanes.values().forEach(Lanes::startOver);
        lateFailure = new LateFailure();
        inTransaction.forget();
        setAside.forget();
    }

    private void flush(Batch batch) throws DeliveryAbortedException {
        if (batch.isEmpty()) {
            return;
        }
        tookTime = true;
        Subscription subscription = batch.subscription();
        Acknowledgment acknowledgment = acknowledgment(subscription, batch.called());
        boolean manual = subscription.ackMode() == Subscription.AckMode.MANUAL;
        calls.call(batch, manual ? acknowledgment : ListenerCalls.BY_RETURNING);
        batch.clear();
        if (!manual) {
            acknowledgment.acknowledge();
        }
    }

    private PendingAcknowledgment pending(List<String> listeners) {
        return new PendingAcknowledgment(listeners, signals::acknowledged);
    }

    private Acknowledgment acknowledgment(Subscription subscription, LaneCalled called) {
        LateFailure failure = lateFailure;
        return new ListenerAcknowledgment(called.pending(), cause -> {
            if (failure == lateFailure && !signals.isStopping() && calls.skipsLate(subscription, called, cause)) {
                called.pending().forEach(PendingAcknowledgment::listenerDone);
                return;
            }
            failure.tell(() -> calls.failedLate(subscription, called.first(), cause));
            signals.acknowledged();
        });
    }

    private void failedInLane(RuntimeException failure) {
        lateFailure.tell(() -> failure);
        signals.acknowledged();
    }

    /**
     * Delivers one change once to each of its listeners, which acknowledge by returning; to those that take batches at the next
     * {@link #flushOnce}, or when their batch is full. {@link #begin()} forgets what failed.
     *
     * @param attempt the number of this try, from 1 on, for observers
     * @throws ListenerFailure if a listener failed
     * @throws DeliveryAbortedException if one failed while the source was being stopped
     */
    public void deliverOnce(ChangeEvent<Row> event, int attempt) throws ListenerFailure, DeliveryAbortedException {
        Route route = routes.of(event);
        for (Batch batch : route.emptiedBatches) {
            callOnce(batch, attempt);
        }
        inTransaction.give(event);
        for (Subscription subscription : route.emptied) {
            inTransaction.emptied(subscription, event);
        }
        for (Subscription subscription : route.singles) {
            if (!inTransaction.take(subscription, event)) {
                calls.callOnce(subscription, event, attempt);
            }
        }
        for (Batch batch : route.batched) {
            if (!inTransaction.take(batch.subscription(), event)) {
                batch.add(event);
            }
            if (batch.isFull() || inTransaction.isOneByOne()) {
                callOnce(batch, attempt);
            }
        }
    }

    /** Another transaction begins; what one before has not committed is forgotten. */
    public void begin() {
        batches.values().forEach(Batch::clear);
        inTransaction.begin();
    }

    /**
     * Writes the letters of what the transaction has set aside. To be called behind all calls.
     *
     * @param connection asked for only if there are some
     * @throws DeadLetterException if that may succeed later
     * @throws DeliveryFailedException if it will not
     */
    public void writeLetters(Supplier<Connection> connection) {
        if (!inTransaction.isEmpty() && deadLetters instanceof TransactionalDeadLetterStore store) {
            inTransaction.write(store.on(connection.get()));
        }
    }

    /**
     * Keeps a letter that is for no listener, and behind which nothing waits: durable on return.
     *
     * @return whether it is new
     * @throws DeliveryAbortedException if the source was stopped, or its connection lost, before the store answered
     */
    public boolean keep(DeadLetter letter) throws DeliveryAbortedException {
        return setAside.keepForAll(letter);
    }

    /** As {@link #keep(DeadLetter)}, with the transaction that is open on the connection. */
    public boolean keep(DeadLetter letter, Connection connection) {
        if (deadLetters instanceof TransactionalDeadLetterStore store) {
            return store.on(connection).park(letter);
        }
        throw new IllegalStateException("Letters are written in a transaction, and the store has none: " + letter);
    }

    /** The transaction is committed, with its letters. */
    public void committed() {
        inTransaction.committed();
    }

    /**
     * The first unit of a transaction, tried alone, was rolled back since a listener failed. Waits before the next try, or decides what
     * that is to do without.
     *
     * @param attempts so many times it has failed
     * @return true when the next try differs, so that its attempts are counted anew
     * @throws DeliveryFailedException if the source is to stop
     * @throws DeliveryAbortedException if it is stopped first
     */
    public boolean decide(ListenerFailure failure, ChangeEvent<Row> first, int attempts)
            throws DeliveryAbortedException {
        Subscription subscription = failure.subscription();
        ChangeEvent<Row> named = failure.event();
        ChangeEvent<Row> event = named == null ? first : named;
        if (calls.mayTryAgain(subscription, event, attempts, failure.thrown())) {
            return false;
        }
        if (subscription.policy().action() == FailurePolicy.Action.STOP) {
            throw new DeliveryFailedException(subscription.id(), event, attempts, failure.thrown());
        }
        return inTransaction.decide(failure, attempts);
    }

    /** What failed behind all calls, as the failure of the only call that there was; null when there were several. */
    public @Nullable ListenerFailure ofOnlyCall(Throwable cause) {
        return inTransaction.ofOnlyCall(cause);
    }

    /** Calls the listeners that take batches once, with what {@link #deliverOnce} has left for them. Errors as there. */
    public void flushOnce(int attempt) throws ListenerFailure, DeliveryAbortedException {
        for (Batch batch : batches.values()) {
            callOnce(batch, attempt);
        }
    }

    private void callOnce(Batch batch, int attempt) throws ListenerFailure, DeliveryAbortedException {
        if (batch.isEmpty()) {
            return;
        }
        calls.callOnce(batch, attempt);
        batch.clear();
    }

    /**
     * Waits before a change is tried again that failed for so many times.
     *
     * @param failed its listener, or what else failed
     * @throws DeliveryFailedException if there is no further try
     * @throws DeliveryAbortedException if the source is stopped first
     */
    public void awaitNextTry(String failed, ChangeEvent<Row> event, int attempts, Throwable cause)
            throws DeliveryAbortedException {
        calls.awaitNextTry(failed, event, attempts, cause);
    }
}
