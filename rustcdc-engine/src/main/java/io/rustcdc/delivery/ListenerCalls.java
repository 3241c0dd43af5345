package io.rustcdc.delivery;

import io.rustcdc.deadletter.Failure;
import io.rustcdc.delivery.Delivery.Signals;
import io.rustcdc.delivery.Lanes.LaneCalled;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Row;
import io.rustcdc.observe.EngineObserver;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls one listener for one change, or for one batch: again by the retry rules until it has succeeded or failed for good; or once,
 * in a transaction that fails with it. Thread-safe, as far as its signals are.
 */
final class ListenerCalls {

    private static final Logger logger = LoggerFactory.getLogger(ListenerCalls.class);

    /** For listeners that acknowledge by returning. */
    static final Acknowledgment BY_RETURNING = () -> {};

    private final EventSource source;
    private final CallOptions options;
    private final EngineObserver observer;
    private final Signals signals;
    private final SetAside setAside;

    ListenerCalls(
            EventSource source, CallOptions options, EngineObserver observer, Signals signals, SetAside setAside) {
        this.source = source;
        this.options = options;
        this.observer = observer;
        this.signals = signals;
        this.setAside = setAside;
    }

    /** What the listener is called with next; nothing yet. */
    Batch batch(Subscription subscription, BatchHandler handler) {
        return new Batch(subscription, handler, options.batchSize());
    }

    /**
     * Calls the listener until it has handled the change, or the change is set aside.
     *
     * @throws DeliveryFailedException if it failed beyond its retries, and its policy is to stop
     * @throws DeliveryAbortedException if the source was stopped between two tries
     */
    void call(Subscription subscription, ChangeEvent<Row> event, Acknowledgment acknowledgment)
            throws DeliveryAbortedException {
        boolean done = setAside.parksBehind(subscription, event);
        for (int attempt = 1; !done; attempt++) {
            try {
                subscription.handler().handle(event, acknowledgment);
                setAside.succeeded(subscription);
                return;
            } catch (Exception | Error e) {
                done = isSetAside(subscription, event, attempt, e);
            } finally {
                forgetInterrupt(subscription);
            }
        }
        acknowledgment.acknowledge();
    }

    /** Calls the listener until it has handled what is in the batch, or what it cannot handle of it is set aside. Errors as for one change. */
    void call(Batch batch, Acknowledgment acknowledgment) throws DeliveryAbortedException {
        Subscription subscription = batch.subscription();
        takeOutParked(batch);
        for (int attempt = 1; !batch.isEmpty(); attempt++) {
            try {
                batch.call(acknowledgment);
                setAside.succeeded(subscription);
                return;
            } catch (Exception | Error e) {
                ChangeEvent<Row> named = batch.named(e);
                if (named != null && named != batch.first()) {
                    setAside.succeeded(subscription); // for those before it
                }
                if (named == null && isToBeSplit(subscription, attempt, e)) {
                    callOneByOne(batch, attempt, e);
                } else if (isSetAside(subscription, named == null ? batch.first() : named, attempt, e)) {
                    takeOut(named, batch);
                    attempt = 0;
                }
            } finally {
                forgetInterrupt(subscription);
            }
        }
        acknowledgment.acknowledge();
    }

    private void takeOut(@Nullable ChangeEvent<Row> done, Batch batch) throws DeliveryAbortedException {
        batch.keep(batch.events().stream().filter(event -> event != done).toList());
        takeOutParked(batch);
    }

    /** Whether it is not known which of some changes is to be set aside. */
    private boolean isToBeSplit(Subscription subscription, int attempt, Throwable failure) {
        return failure instanceof Exception
                && subscription.policy().action() != FailurePolicy.Action.STOP
                && !signals.isStopping()
                && !isRetried(subscription, attempt, failure);
    }

    private void callOneByOne(Batch batch, int attempt, Throwable failure) throws DeliveryAbortedException {
        Subscription subscription = batch.subscription();
        observer.deliveryFailed(source, subscription.id(), batch.first().offset(), attempt, failure);
        for (ChangeEvent<Row> event : batch.events()) {
            call(subscription, event, BY_RETURNING);
        }
        batch.keep(List.of());
    }

    private void takeOutParked(Batch batch) throws DeliveryAbortedException {
        if (setAside.hasNothingParked(batch.subscription())) {
            return;
        }
        List<ChangeEvent<Row>> free = new ArrayList<>(batch.events().size());
        for (ChangeEvent<Row> event : batch.events()) {
            if (!setAside.parksBehind(batch.subscription(), event)) {
                free.add(event);
            }
        }
        if (free.size() < batch.events().size()) {
            batch.keep(free);
        }
    }

    /**
     * Calls the listener once.
     *
     * @param attempt the number of this try, from 1 on, for observers
     * @throws ListenerFailure if it failed
     * @throws DeliveryAbortedException if it failed while the source was being stopped
     */
    void callOnce(Subscription subscription, ChangeEvent<Row> event, int attempt)
            throws ListenerFailure, DeliveryAbortedException {
        try {
            subscription.handler().handle(event, BY_RETURNING);
        } catch (Exception | Error e) {
            throw failedOnce(subscription, event, attempt, e, new ListenerFailure(subscription, event, false, e));
        } finally {
            forgetInterrupt(subscription);
        }
    }

    /** Calls the listener once with what is in the batch. Errors as for one change. */
    void callOnce(Batch batch, int attempt) throws ListenerFailure, DeliveryAbortedException {
        try {
            batch.call(BY_RETURNING);
        } catch (Exception | Error e) {
            ChangeEvent<Row> named = batch.named(e);
            boolean afterOthers = named != null && named != batch.first();
            throw failedOnce(
                    batch.subscription(),
                    named == null ? batch.first() : named,
                    attempt,
                    e,
                    new ListenerFailure(batch.subscription(), named, afterOthers, e));
        } finally {
            forgetInterrupt(batch.subscription());
        }
    }

    /**
     * Waits before a change is tried again that failed for so many times.
     *
     * @param failed its listener, or what else failed
     * @throws DeliveryFailedException if there is no further try
     * @throws DeliveryAbortedException if the source is stopped first
     */
    void awaitNextTry(String failed, ChangeEvent<Row> event, int attempts, Throwable cause)
            throws DeliveryAbortedException {
        if (attempts >= options.retry().attempts() || cause instanceof Error) {
            throw new DeliveryFailedException(failed, event, attempts, cause);
        }
        awaitRetry(options.retry(), attempts);
    }

    /** A listener has said after its call that it could not do it: there is no further try. */
    DeliveryFailedException failedLate(Subscription subscription, ChangeEvent<Row> event, Throwable cause) {
        observer.deliveryFailed(source, subscription.id(), event.offset(), 1, cause);
        return new DeliveryFailedException(subscription.id(), event, 1, cause);
    }

    /** Whether what a listener could not do after its call is skipped. */
    boolean skipsLate(Subscription subscription, LaneCalled called, Throwable cause) {
        if (cause instanceof Error || subscription.policy().action() != FailurePolicy.Action.SKIP) {
            return false;
        }
        observer.deliveryFailed(source, subscription.id(), called.first().offset(), 1, cause);
        setAside.skipped(subscription, called.first(), called.changes(), cause);
        return true;
    }

    /**
     * Calls the listener for a change that was set aside, by the retry rules.
     *
     * @return why it failed beyond its retries; null when it has handled the change
     * @throws DeliveryFailedException if it threw an {@link Error}
     */
    @Nullable
    Failure callAgain(Subscription subscription, ChangeEvent<Row> event) throws DeliveryAbortedException {
        for (int attempt = 1; ; attempt++) {
            try {
                subscription.handler().handle(event, BY_RETURNING);
                setAside.succeeded(subscription);
                return null;
            } catch (Exception | Error e) {
                if (isOver(subscription, event, attempt, e)) {
                    return Failure.of(e, attempt, Instant.now());
                }
            } finally {
                forgetInterrupt(subscription);
            }
        }
    }

    /** Waits before the next try; true when there is none. */
    private boolean isOver(Subscription subscription, ChangeEvent<Row> event, int attempt, Throwable failure)
            throws DeliveryAbortedException {
        if (failure instanceof Exception && signals.isStopping()) {
            throw new DeliveryAbortedException();
        }
        observer.deliveryFailed(source, subscription.id(), event.offset(), attempt, failure);
        forgetInterrupt(subscription);
        return !mayTryAgain(subscription, event, attempt, failure);
    }

    /**
     * Waits before the next try of a change that failed for so many times; false when there is none.
     *
     * @throws DeliveryFailedException if the source is to stop, since the failure is an {@link Error}
     */
    boolean mayTryAgain(Subscription subscription, ChangeEvent<Row> event, int attempts, Throwable failure)
            throws DeliveryAbortedException {
        if (failure instanceof Error) {
            throw new DeliveryFailedException(subscription.id(), event, attempts, failure);
        }
        if (!isRetried(subscription, attempts, failure)) {
            return false;
        }
        awaitRetry(retry(subscription), attempts);
        return true;
    }

    /** Waits before the next try; true when there is to be none, since the change counts as acknowledged. */
    private boolean isSetAside(Subscription subscription, ChangeEvent<Row> event, int attempt, Throwable failure)
            throws DeliveryAbortedException {
        return isOver(subscription, event, attempt, failure) && setAside.failed(subscription, event, attempt, failure);
    }

    private boolean isRetried(Subscription subscription, int attempt, Throwable failure) {
        return failure instanceof Exception
                && attempt < retry(subscription).attempts()
                && subscription.policy().isRetried(failure);
    }

    private RetryOptions retry(Subscription subscription) {
        RetryOptions own = subscription.policy().retry();
        return own == null ? options.retry() : own;
    }

    private void awaitRetry(RetryOptions retry, int attempts) throws DeliveryAbortedException {
        if (!signals.awaitRetry(retry.delayAfter(attempts))) {
            throw new DeliveryAbortedException();
        }
    }

    private ListenerFailure failedOnce(
            Subscription subscription, ChangeEvent<Row> event, int attempt, Throwable thrown, ListenerFailure failure)
            throws DeliveryAbortedException {
        if (signals.isStopping() && thrown instanceof Exception) {
            throw new DeliveryAbortedException();
        }
        observer.deliveryFailed(source, subscription.id(), event.offset(), attempt, thrown);
        return failure;
    }

    /** A listener that leaves the interrupt flag set must not end the waits of this thread. */
    private static void forgetInterrupt(Subscription subscription) {
        boolean leftover = Thread.interrupted();
        if (leftover) {
            logger.debug("Listener '{}' left the interrupt flag set", subscription.id());
        }
    }
}
