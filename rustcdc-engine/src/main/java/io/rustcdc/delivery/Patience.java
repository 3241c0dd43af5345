package io.rustcdc.delivery;

import io.rustcdc.deadletter.DeadLetterException;
import io.rustcdc.delivery.Delivery.Signals;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.FailureKind;
import io.rustcdc.observe.EngineObserver;
import java.time.Duration;
import java.util.function.Supplier;

/** Waits for what may come right again, for as long as the run goes on and its connection lasts. Thread-safe. */
final class Patience {

    private static final Duration SLICE = Duration.ofMillis(100);
    private static final RetryOptions PACE =
            new RetryOptions(Integer.MAX_VALUE, Duration.ofMillis(100), 2, Duration.ofSeconds(10));

    private final EventSource source;
    private final EngineObserver observer;
    private final Signals signals;

    Patience(EventSource source, EngineObserver observer, Signals signals) {
        this.source = source;
        this.observer = observer;
        this.signals = signals;
    }

    /**
     * Asks the store of dead letters, again and again while that may help.
     *
     * @throws CdcException if it does not
     * @throws DeliveryAbortedException if the source was stopped or its connection lost meanwhile
     */
    <T> T call(Supplier<T> store) throws DeliveryAbortedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return store.get();
            } catch (DeadLetterException e) {
                observer.deadLetterStoreFailed(source, e);
                if (e.kind() != FailureKind.TRANSIENT) {
                    throw e;
                }
                awaitNext(attempt);
            }
        }
    }

    /**
     * Waits before a listener is called again that fails for whatever row it is.
     *
     * @param failures the more there were, the longer
     */
    void awaitMending(int failures) throws DeliveryAbortedException {
        awaitNext(failures);
        while (!signals.mayCall()) { // a pause
            await(SLICE);
        }
    }

    /**
     * Waits before something is tried again that does not work for now.
     *
     * @param failures the more there were, the longer
     */
    void awaitNext(int failures) throws DeliveryAbortedException {
        long end = System.nanoTime() + PACE.delayAfter(failures).toNanos();
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            await(Duration.ofNanos(Math.min(left, SLICE.toNanos())));
        }
    }

    private void await(Duration slice) throws DeliveryAbortedException {
        if (!signals.awaitRetry(slice) || signals.mustGiveUp()) {
            throw new DeliveryAbortedException();
        }
    }
}
