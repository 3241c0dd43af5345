package io.rustcdc.runtime;

import io.rustcdc.checkpoint.CheckpointStore;
import io.rustcdc.delivery.Delivery;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Offset;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.EngineState;
import io.rustcdc.observe.EngineStatus;
import io.rustcdc.observe.HealthVerdict;
import io.rustcdc.source.SourceConnector;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One source's life: starts and stops its runs, and tells how it is. All methods are thread-safe; {@link #start()} and
 * {@link #stop()} wait for each other.
 */
public final class SourceRunner {

    private final SourceConnector connector;
    private final CheckpointStore store;
    private final List<Subscription> subscriptions;
    private final EngineOptions options;
    private final EngineObserver observer;
    private final StateTracker state;
    private final Counters counters = new Counters();
    private volatile @Nullable SourceRun run;
    private volatile @Nullable Instant startedAt;

    public SourceRunner(
            SourceConnector connector,
            CheckpointStore store,
            List<Subscription> subscriptions,
            EngineOptions options,
            EngineObserver observer) {
        this.connector = connector;
        this.store = store;
        this.subscriptions = List.copyOf(subscriptions);
        this.options = options;
        this.observer = observer;
        this.state = new StateTracker(connector.source(), observer);
    }

    public EventSource source() {
        return connector.source();
    }

    /** See {@code CdcEngine.start()}. */
    public void start() {
        SourceRun launched;
        synchronized (this) {
            SourceRun previous = run;
            if (previous != null && !previous.hasEnded()) {
                if (state.state().isRunning()) {
                    return;
                }
                stopQuietly(previous);
            }
            launched = launch();
        }
        if (launched == null) {
            return;
        }
        try {
            launched.awaitFirstOutcome();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A new run, or null when what is saved cannot be loaded: FAILED then, as nothing may start anew by itself. */
    private @Nullable SourceRun launch() {
        state.starting();
        CheckpointWriter checkpoints;
        try {
            checkpoints = CheckpointWriter.open(source(), store, observer);
        } catch (CdcException e) {
            state.failed(e);
            state.ended();
            if (e.kind() == FailureKind.TERMINAL) {
                return null;
            }
            throw e;
        }
        Handoff handoff = new Handoff(options.queueMaxEvents(), options.queueMaxBytes());
        Vitals vitals = new Vitals(options.stallThreshold(), counters);
        RunParts parts = new RunParts(handoff, checkpoints, vitals, new AtomicReference<>(), new CountDownLatch(1));
        EngineObserver watching = EngineObserver.all(List.of(observer, vitals));
        Delivery delivery =
                new Delivery(source(), subscriptions, options.retry(), watching, new DeliverySignals(handoff));
        SourceRun next = new SourceRun(
                source().name(),
                parts,
                state,
                new Reader(connector, parts, state, observer, options),
                new DeliveryLoop(source(), parts, delivery, observer, options.maxEventsPerPoll()));
        run = next;
        startedAt = Instant.now();
        next.launch();
        return next;
    }

    /** See {@code CdcEngine.stop()}. */
    public void stop() {
        SourceRun current = run;
        if (current == null || current.hasEnded()) {
            return;
        }
        if (state.state() != EngineState.FAILED) {
            state.stopping();
        }
        stopQuietly(current);
    }

    public void pause() {
        SourceRun current = run;
        if (current != null && state.state().isRunning()) {
            current.parts().handoff().setPaused(true);
            state.paused(true);
        }
    }

    public void resume() {
        SourceRun current = run;
        if (current != null) {
            current.parts().handoff().setPaused(false);
            state.paused(false);
        }
    }

    public EngineStatus status() {
        EngineState now = state.state();
        SourceRun current = run;
        HealthVerdict verdict = current == null
                ? new Vitals(options.stallThreshold(), counters).verdict(now, state.failure())
                : current.parts().vitals().verdict(now, state.failure());
        if (current == null || !now.isRunning()) {
            Offset saved =
                    current == null ? null : current.parts().checkpoints().offset();
            long count = current == null ? 0 : current.parts().checkpoints().committedCount();
            return new EngineStatus(
                    source(),
                    now,
                    verdict,
                    saved,
                    counters.polledTotal(),
                    counters.committedTotal(),
                    count,
                    0,
                    0,
                    Duration.ZERO,
                    Duration.ZERO,
                    null,
                    null);
        }
        RunParts parts = current.parts();
        Handoff handoff = parts.handoff();
        boolean queueEmpty = handoff.buffered() == 0 && handoff.inFlight() == 0;
        return new EngineStatus(
                source(),
                now,
                verdict,
                parts.checkpoints().offset(),
                counters.polledTotal(),
                counters.committedTotal(),
                parts.checkpoints().committedCount(),
                handoff.inFlight(),
                handoff.buffered(),
                parts.vitals().lag(handoff.lastCommitTime(), queueEmpty, Instant.now()),
                parts.vitals().unsavedFor(),
                startedAt,
                parts.vitals().lastEventAt());
    }

    private void stopQuietly(SourceRun ending) {
        try {
            ending.stop(options.shutdownTimeout());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private record DeliverySignals(Handoff handoff) implements Delivery.Signals {

        @Override
        public boolean awaitRetry(Duration delay) {
            return handoff.awaitUnlessStopped(delay);
        }

        @Override
        public void acknowledged() {
            handoff.wake();
        }
    }
}
