package io.rustcdc.runtime;

import io.rustcdc.event.EventSource;
import io.rustcdc.event.LogRetention;
import io.rustcdc.observe.EngineObserver;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What observers are shown of one source's log, whoever measures it. A watch that hangs may end after the next one has
 * begun: from then on it says nothing more. Thread-safe.
 */
final class LogGauge {

    private final EventSource source;
    private final EngineObserver observer;
    private final ReentrantLock telling = new ReentrantLock();
    private volatile @Nullable SourceWatch owner;
    private boolean shown;

    LogGauge(EventSource source, EngineObserver observer) {
        this.source = source;
        this.observer = observer;
    }

    /** From now on this watch alone tells. Waits for nobody. */
    void handTo(SourceWatch watch) {
        owner = watch;
    }

    /** Shows a measurement; null takes away the one that is shown, if there is one. */
    void show(SourceWatch by, @Nullable LogRetention log) {
        telling.lock();
        try {
            if (Objects.equals(owner, by) && (log != null || shown)) {
                shown = log != null;
                observer.logMeasured(source, log);
            }
        } finally {
            telling.unlock();
        }
    }
}
