package io.rustcdc.runtime;

import io.rustcdc.event.CdcException;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.FailureKind;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.EngineState;
import io.rustcdc.observe.HealthVerdict;
import io.rustcdc.observe.HealthVerdict.Status;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The state as it follows from a few facts of the current run; announces each change of it once and in order. Observers
 * are told outside of all locks, so they may call the engine. Thread-safe.
 */
final class StateTracker {

    private final EventSource source;
    private final EngineObserver observer;
    private final ArrayDeque<Runnable> announcements = new ArrayDeque<>();
    private boolean announcing;
    private @Nullable Run current;
    private volatile EngineState state = EngineState.STOPPED;
    private volatile @Nullable CdcException failure;
    private volatile @Nullable HealthVerdict end;
    private volatile boolean positionLost;

    StateTracker(EventSource source, EngineObserver observer) {
        this.source = source;
        this.observer = observer;
    }

    EngineState state() {
        return state;
    }

    @Nullable
    CdcException failure() {
        return failure;
    }

    /** What a source says of why it does nothing by itself; null when somebody stopped it here, or it runs. */
    @Nullable
    HealthVerdict end() {
        return state == EngineState.STOPPED || state == EngineState.STANDBY ? end : null;
    }

    /** Whether the current run waits until nobody wishes any more that no instance captures. */
    synchronized boolean isHeldBack() {
        Run run = current;
        return run != null && run.heldBack && !run.ended && failure == null;
    }

    /** Whether a run has failed since it lost its position, and no stream has been opened after that. */
    boolean isPositionLost() {
        return positionLost;
    }

    /** A new run begins; whatever an older one still says has no effect. */
    Run starting() {
        Run run = new Run();
        synchronized (this) {
            current = run;
            failure = null;
            end = null;
            publish();
        }
        announce();
        return run;
    }

    /** What one run says of itself, from its start to its end. */
    final class Run {

        private boolean connected;
        private boolean attempted;
        private boolean paused;
        private boolean heldBack;
        private boolean standby;
        private volatile boolean snapshotting;
        private boolean stopping;
        private boolean ended;

        void connected(boolean reading) {
            update(() -> {
                connected = true;
                snapshotting = reading;
                attempted = true;
                positionLost = false;
                announcements.add(() -> observer.connected(source));
            });
        }

        void disconnected() {
            update(() -> {
                attempted = true;
                dropConnection();
            });
        }

        /** Whether rows are being read; told often. */
        void snapshotting(boolean reading) {
            if (reading != snapshotting) {
                update(() -> snapshotting = reading);
            }
        }

        void paused(boolean wish) {
            update(() -> paused = wish);
        }

        /** The run ends by itself, since all that it was to do is done. */
        void finished(String what, String next) {
            update(() -> {
                stopping = true;
                end = new HealthVerdict(Status.NOT_RUNNING, what, next);
            });
        }

        /** Another instance owns the lease. */
        void standby(String why, @Nullable String next) {
            update(() -> {
                dropConnection();
                heldBack = false;
                standby = true;
                end = new HealthVerdict(Status.STANDBY, why, next);
            });
        }

        /** No instance is to capture. */
        void heldBack(String why, String next) {
            update(() -> {
                dropConnection();
                standby = false;
                heldBack = true;
                end = new HealthVerdict(Status.NOT_RUNNING, why, next);
            });
        }

        /** The lease is held. */
        void owner() {
            if (standby || heldBack) {
                update(() -> {
                    standby = false;
                    heldBack = false;
                    attempted = false;
                    end = null;
                });
            }
        }

        void stopping() {
            update(() -> stopping = true);
        }

        /** The first failure counts; the later ones are its consequences. */
        void failed(CdcException cause) {
            update(() -> {
                if (failure == null) {
                    failure = cause;
                    positionLost |= cause.kind() == FailureKind.POSITION_LOST;
                    publish();
                    announcements.add(() -> observer.failed(source, cause));
                }
            });
        }

        void ended() {
            update(() -> {
                ended = true;
                dropConnection();
            });
        }

        private void dropConnection() {
            if (connected) {
                connected = false;
                announcements.add(() -> observer.disconnected(source));
            }
        }

        private void update(Runnable change) {
            synchronized (StateTracker.this) {
                if (!Objects.equals(current, this) || ended) {
                    return;
                }
                change.run();
                publish();
            }
            announce();
        }

        private EngineState derive() {
            if (failure != null) {
                return EngineState.FAILED;
            }
            if (ended) {
                return EngineState.STOPPED;
            }
            if (stopping) {
                return EngineState.STOPPING;
            }
            if (heldBack) {
                return EngineState.STOPPED;
            }
            if (standby) {
                return EngineState.STANDBY;
            }
            if (!connected) {
                return attempted ? EngineState.RECONNECTING : EngineState.STARTING;
            }
            if (paused) {
                return EngineState.PAUSED;
            }
            return snapshotting ? EngineState.SNAPSHOTTING : EngineState.STREAMING;
        }
    }

    private void publish() {
        Run run = current;
        EngineState next = run == null ? EngineState.STOPPED : run.derive();
        EngineState previous = state;
        if (next != previous) {
            state = next;
            announcements.add(() -> observer.stateChanged(source, previous, next));
        }
    }

    /** Whoever comes first tells all, in order; who comes meanwhile leaves its news to that one. */
    private void announce() {
        while (true) {
            Runnable next;
            synchronized (this) {
                next = announcing ? null : announcements.poll();
                if (next == null) {
                    return;
                }
                announcing = true;
            }
            try {
                next.run();
            } finally {
                synchronized (this) {
                    announcing = false;
                }
            }
        }
    }
}
