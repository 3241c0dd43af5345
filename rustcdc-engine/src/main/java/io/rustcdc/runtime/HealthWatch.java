package io.rustcdc.runtime;

import io.rustcdc.event.EventSource;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.HealthVerdict;
import org.jspecify.annotations.Nullable;

/** Announces when the verdict becomes another one; looks a few times a second at most. */
final class HealthWatch {

    private static final long INTERVAL_NANOS = 200_000_000;

    private final EventSource source;
    private final StateTracker state;
    private final Vitals vitals;
    private final EngineObserver observer;
    private long lastLook = System.nanoTime() - INTERVAL_NANOS;
    private @Nullable HealthVerdict last;

    HealthWatch(EventSource source, StateTracker state, Vitals vitals, EngineObserver observer) {
        this.source = source;
        this.state = state;
        this.vitals = vitals;
        this.observer = observer;
    }

    void look() {
        long now = System.nanoTime();
        if (now - lastLook < INTERVAL_NANOS) {
            return;
        }
        lastLook = now;
        HealthVerdict verdict = vitals.verdict(state.state(), state.failure());
        HealthVerdict previous = last;
        if (previous == null || previous.status() != verdict.status()) {
            last = verdict;
            observer.healthChanged(source, previous, verdict);
        }
    }
}
