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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands each change to all listeners that want it, in the order in which they were registered, and calls a failing one
 * again by the retry rules. Used by the delivery thread only.
 */
public final class Delivery {

    private static final Logger logger = LoggerFactory.getLogger(Delivery.class);

    private static final Acknowledgment DONE_BY_RETURNING = () -> {};

    private final EventSource source;
    private final List<Subscription> subscriptions;
    private final RetryOptions retry;
    private final EngineObserver observer;
    private final Signals signals;
    private final Map<TableId, Map<Operation, Route>> routes = new HashMap<>();

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

        /** Some change is now acknowledged by all of its listeners; may come from any thread. */
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
    }

    /**
     * Delivers one change to all of its listeners.
     *
     * @return what is still to be acknowledged, or null when all is
     * @throws DeliveryFailedException if a listener failed beyond its retries
     * @throws DeliveryAbortedException if the source was stopped between two tries
     */
    public @Nullable PendingAcknowledgment deliver(ChangeEvent<Row> event) throws DeliveryAbortedException {
        Route route = route(event);
        PendingAcknowledgment pending =
                route.manual == 0 ? null : new PendingAcknowledgment(route.manual, signals::acknowledged);
        for (Subscription subscription : route.subscriptions) {
            Acknowledgment acknowledgment = pending == null || subscription.ackMode() == Subscription.AckMode.AUTO
                    ? DONE_BY_RETURNING
                    : pending.forOneListener();
            call(subscription, event, acknowledgment);
        }
        return pending == null || pending.isDone() ? null : pending;
    }

    /**
     * Delivers one change once to each of its listeners, which acknowledge by returning.
     *
     * @param attempt the number of this try, from 1 on, for observers
     * @throws ListenerFailure if a listener failed
     * @throws DeliveryAbortedException if one failed while the source was being stopped
     */
    public void deliverOnce(ChangeEvent<Row> event, int attempt) throws ListenerFailure, DeliveryAbortedException {
        for (Subscription subscription : route(event).subscriptions) {
            try {
                subscription.handler().handle(event, DONE_BY_RETURNING);
            } catch (Exception | Error e) {
                if (signals.isStopping() && e instanceof Exception) {
                    throw new DeliveryAbortedException();
                }
                observer.deliveryFailed(source, subscription.id(), event.offset(), attempt, e);
                throw new ListenerFailure(subscription.id(), e);
            } finally {
                forgetInterrupt(subscription);
            }
        }
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
            } catch (Exception e) {
                if (signals.isStopping()) {
                    throw new DeliveryAbortedException();
                }
                observer.deliveryFailed(source, subscription.id(), event.offset(), attempt, e);
                if (attempt == retry.attempts()) {
                    throw new DeliveryFailedException(subscription.id(), event, attempt, e);
                }
                if (!signals.awaitRetry(retry.delayAfter(attempt))) {
                    throw new DeliveryAbortedException();
                }
            } catch (Error e) {
                observer.deliveryFailed(source, subscription.id(), event.offset(), attempt, e);
                throw new DeliveryFailedException(subscription.id(), event, attempt, e);
            } finally {
                forgetInterrupt(subscription);
            }
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
            long manual = wanting.stream()
                    .filter(subscription -> subscription.ackMode() == Subscription.AckMode.MANUAL)
                    .count();
            plan.put(operation, new Route(wanting.toArray(Subscription[]::new), (int) manual));
        }
        return plan;
    }

    /** The listeners of one table and operation. */
    private static final class Route {

        private final Subscription[] subscriptions;
        private final int manual;

        private Route(Subscription[] subscriptions, int manual) {
            this.subscriptions = subscriptions;
            this.manual = manual;
        }
    }
}
