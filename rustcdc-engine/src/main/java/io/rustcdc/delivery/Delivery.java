package io.rustcdc.delivery;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.observe.EngineObserver;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands each change to all listeners that want it, in the order in which they were registered, those that take batches last,
 * and calls a failing one again by the retry rules. Used by the delivery thread only.
 */
public final class Delivery {

    private static final Logger logger = LoggerFactory.getLogger(Delivery.class);

    private static final Acknowledgment DONE_BY_RETURNING = () -> {};

    private final EventSource source;
    private final List<Subscription> subscriptions;
    private final RetryOptions retry;
    private final EngineObserver observer;
    private final Signals signals;
    private final Map<Subscription, Batch> batches = new LinkedHashMap<>();
    private final Map<TableId, Map<Operation, Route>> routes = new HashMap<>();
    private LateFailure lateFailure = new LateFailure();

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
    }

    public Delivery(
            EventSource source,
            List<Subscription> subscriptions,
            RetryOptions retry,
            EngineObserver observer,
            Signals signals) {
        this.source = source;
        this.subscriptions = List.copyOf(subscriptions);
        this.retry = retry;
        this.observer = observer;
        this.signals = signals;
        for (Subscription subscription : subscriptions) {
            if (subscription.handler() instanceof BatchHandler handler) {
                batches.put(subscription, new Batch(subscription, handler));
            }
        }
    }

    /**
     * Delivers one change to all of its listeners; to those that take batches at the next {@link #flush()}, or when their batch
     * is full.
     *
     * @return what is still to be acknowledged, or null when all is
     * @throws DeliveryFailedException if a listener failed beyond its retries
     * @throws DeliveryAbortedException if the source was stopped between two tries
     */
    public @Nullable PendingAcknowledgment deliver(ChangeEvent<Row> event) throws DeliveryAbortedException {
        Route route = route(event);
        PendingAcknowledgment pending = route.later == 0 || route.isOneBatch() ? null : pending(route.later);
        for (Subscription subscription : route.subscriptions) {
            Acknowledgment acknowledgment = pending == null || subscription.ackMode() == Subscription.AckMode.AUTO
                    ? DONE_BY_RETURNING
                    : acknowledgment(subscription, event, List.of(pending));
            call(subscription, event, acknowledgment);
        }
        for (Batch batch : route.batches) {
            if (pending == null) {
                pending = batch.add(event, this::pending);
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
     * Calls the listeners that take batches with what they have not been called with yet. To be called before anything is saved,
     * and after each {@link Signals#acknowledged()}.
     *
     * @throws DeliveryFailedException if one of them failed beyond its retries, or some listener has said after its call that it
     *     could not do it
     * @throws DeliveryAbortedException if the source was stopped between two tries
     */
    public void flush() throws DeliveryAbortedException {
        LateFailure.Failed late = lateFailure.found();
        if (late != null && !signals.isStopping()) {
            observer.deliveryFailed(source, late.listener(), late.event().offset(), 1, late.cause());
            throw new DeliveryFailedException(late.listener(), late.event(), 1, late.cause());
        }
        for (Batch batch : batches.values()) {
            flush(batch);
        }
    }

    /** What was delivered and is not acknowledged will be delivered again: what listeners say about it does not count any more. */
    public void startOver() {
        batches.values().forEach(Batch::clear);
        lateFailure = new LateFailure();
    }

    private void flush(Batch batch) throws DeliveryAbortedException {
        if (batch.isEmpty()) {
            return;
        }
        Subscription subscription = batch.subscription();
        Acknowledgment acknowledgment = acknowledgment(subscription, batch.first(), batch.pending());
        boolean manual = subscription.ackMode() == Subscription.AckMode.MANUAL;
        call(batch, manual ? acknowledgment : DONE_BY_RETURNING);
        batch.clear();
        if (!manual) {
            acknowledgment.acknowledge();
        }
    }

    private PendingAcknowledgment pending(int listeners) {
        return new PendingAcknowledgment(listeners, signals::acknowledged);
    }

    private Acknowledgment acknowledgment(
            Subscription subscription, ChangeEvent<Row> event, List<PendingAcknowledgment> pending) {
        LateFailure failure = lateFailure;
        return new ListenerAcknowledgment(pending, cause -> {
            failure.tell(new LateFailure.Failed(subscription.id(), event, cause));
            signals.acknowledged();
        });
    }

    /**
     * Delivers one change once to each of its listeners, which acknowledge by returning; to those that take batches at the next
     * {@link #flushOnce}, or when their batch is full. {@link #startOver()} forgets what failed.
     *
     * @param attempt the number of this try, from 1 on, for observers
     * @throws ListenerFailure if a listener failed
     * @throws DeliveryAbortedException if one failed while the source was being stopped
     */
    public void deliverOnce(ChangeEvent<Row> event, int attempt) throws ListenerFailure, DeliveryAbortedException {
        Route route = route(event);
        for (Subscription subscription : route.subscriptions) {
            try {
                subscription.handler().handle(event, DONE_BY_RETURNING);
            } catch (Exception | Error e) {
                throw failedOnce(subscription, event, attempt, e);
            } finally {
                forgetInterrupt(subscription);
            }
        }
        for (Batch batch : route.batches) {
            batch.add(event);
            if (batch.isFull()) {
                callOnce(batch, attempt);
            }
        }
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
        try {
            batch.call(DONE_BY_RETURNING);
        } catch (Exception | Error e) {
            throw failedOnce(batch.subscription(), batch.failed(e), attempt, e);
        } finally {
            forgetInterrupt(batch.subscription());
        }
        batch.clear();
    }

    private ListenerFailure failedOnce(
            Subscription subscription, ChangeEvent<Row> event, int attempt, Throwable failure)
            throws DeliveryAbortedException {
        if (signals.isStopping() && failure instanceof Exception) {
            throw new DeliveryAbortedException();
        }
        observer.deliveryFailed(source, subscription.id(), event.offset(), attempt, failure);
        return new ListenerFailure(subscription.id(), failure);
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
        if (attempts >= retry.attempts() || cause instanceof Error) {
            throw new DeliveryFailedException(failed, event, attempts, cause);
        }
        if (!signals.awaitRetry(retry.delayAfter(attempts))) {
            throw new DeliveryAbortedException();
        }
    }

    private void call(Subscription subscription, ChangeEvent<Row> event, Acknowledgment acknowledgment)
            throws DeliveryAbortedException {
        for (int attempt = 1; ; attempt++) {
            try {
                subscription.handler().handle(event, acknowledgment);
                return;
            } catch (Exception | Error e) {
                awaitNextTry(subscription, event, attempt, e);
            } finally {
                forgetInterrupt(subscription);
            }
        }
    }

    private void call(Batch batch, Acknowledgment acknowledgment) throws DeliveryAbortedException {
        for (int attempt = 1; ; attempt++) {
            try {
                batch.call(acknowledgment);
                return;
            } catch (Exception | Error e) {
                awaitNextTry(batch.subscription(), batch.failed(e), attempt, e);
            } finally {
                forgetInterrupt(batch.subscription());
            }
        }
    }

    /** Returns when the call is to be repeated. */
    private void awaitNextTry(Subscription subscription, ChangeEvent<Row> event, int attempt, Throwable failure)
            throws DeliveryAbortedException {
        boolean canRepeat = failure instanceof Exception;
        if (canRepeat && signals.isStopping()) {
            throw new DeliveryAbortedException();
        }
        observer.deliveryFailed(source, subscription.id(), event.offset(), attempt, failure);
        if (!canRepeat || attempt == retry.attempts()) {
            throw new DeliveryFailedException(subscription.id(), event, attempt, failure);
        }
        forgetInterrupt(subscription);
        if (!signals.awaitRetry(retry.delayAfter(attempt))) {
            throw new DeliveryAbortedException();
        }
    }

    /** A listener that leaves the interrupt flag set must not end the waits of this thread. */
    private static void forgetInterrupt(Subscription subscription) {
        boolean leftover = Thread.interrupted();
        if (leftover) {
            logger.debug("Listener '{}' left the interrupt flag set", subscription.id());
        }
    }

    private Route route(ChangeEvent<Row> event) {
        Map<Operation, Route> plan = routes.get(event.table());
        if (plan == null) {
            plan = plan(event.table());
            routes.put(event.table(), plan);
        }
        return Objects.requireNonNull(plan.get(event.operation()));
    }

    private Map<Operation, Route> plan(TableId table) {
        Map<Operation, Route> plan = new EnumMap<>(Operation.class);
        for (Operation operation : Operation.values()) {
            List<Subscription> wanting = subscriptions.stream()
                    .filter(subscription -> subscription.operations().contains(operation))
                    .filter(subscription -> subscription.tables().matches(table))
                    .toList();
            plan.put(operation, route(wanting));
        }
        return plan;
    }

    private Route route(List<Subscription> wanting) {
        List<Subscription> single = wanting.stream()
                .filter(subscription -> !batches.containsKey(subscription))
                .toList();
        long manual = single.stream()
                .filter(subscription -> subscription.ackMode() == Subscription.AckMode.MANUAL)
                .count();
        List<Batch> taking = wanting.stream()
                .filter(batches::containsKey)
                .map(subscription -> Objects.requireNonNull(batches.get(subscription)))
                .toList();
        return new Route(
                single.toArray(Subscription[]::new), taking.toArray(Batch[]::new), (int) manual + taking.size());
    }

    /** The listeners of one table and operation. */
    private static final class Route {

        private final Subscription[] subscriptions;
        private final Batch[] batches;

        /** How many of them acknowledge after the change was given to all. */
        private final int later;

        private Route(Subscription[] subscriptions, Batch[] batches, int later) {
            this.subscriptions = subscriptions;
            this.batches = batches;
            this.later = later;
        }

        private boolean isOneBatch() {
            return later == 1 && batches.length == 1;
        }
    }
}
