package io.rustcdc.runtime;

import io.rustcdc.event.EventSource;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.HealthVerdict;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Announces when the verdict gets another status, over all runs of a source. Thread-safe. */
final class HealthWatch {

    private static final long INTERVAL_NANOS = 200_000_000;

    private final EventSource source;
    private final Supplier<HealthVerdict> verdict;
    private final EngineObserver observer;
    private final AtomicReference<@Nullable HealthVerdict> last = new AtomicReference<>();
    private volatile long lastLook = System.nanoTime() - INTERVAL_NANOS;

    HealthWatch(EventSource source, Supplier<HealthVerdict> verdict, EngineObserver observer) {
        this.source = source;
        this.verdict = verdict;
        this.observer = observer;
    }

    /** Looks, a few times a second at most. */
    void look() {
        if (System.nanoTime() - lastLook >= INTERVAL_NANOS) {
            lookNow();
        }
    }

    void lookNow() {
        lastLook = System.nanoTime();
        HealthVerdict now = verdict.get();
        HealthVerdict before = last.getAndSet(now);
        if (before == null || before.status() != now.status()) {
            observer.healthChanged(source, before, now);
        }
    }
}
