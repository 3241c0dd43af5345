package io.rustcdc.runtime;

import io.rustcdc.event.CdcException;
import io.rustcdc.event.EventSource;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.EngineState;
import org.jspecify.annotations.Nullable;

/** The state as it follows from a few facts; announces each change of it once, in order. Thread-safe. */
final class StateTracker {

    private final EventSource source;
    private final EngineObserver observer;
    private boolean running;
    private boolean connected;
    private boolean attempted;
    private boolean paused;
    private boolean stopping;
    private @Nullable CdcException failure;
    private volatile EngineState state = EngineState.STOPPED;

    StateTracker(EventSource source, EngineObserver observer) {
        this.source = source;
        this.observer = observer;
    }

    EngineState state() {
        return state;
    }

    synchronized @Nullable CdcException failure() {
        return failure;
    }

    synchronized void starting() {
        running = true;
        connected = false;
        attempted = false;
        paused = false;
        stopping = false;
        failure = null;
        publish();
    }

    synchronized void connected() {
        connected = true;
        attempted = true;
        observer.connected(source);
        publish();
    }

    synchronized void disconnected() {
        if (connected) {
            connected = false;
            observer.disconnected(source);
        }
        attempted = true;
        publish();
    }

    synchronized void paused(boolean wish) {
        paused = wish;
        publish();
    }

    synchronized void stopping() {
        stopping = true;
        publish();
    }

    /** The first failure counts; the later ones are its consequences. */
    synchronized void failed(CdcException cause) {
        if (failure == null) {
            failure = cause;
            publish();
            observer.failed(source, cause);
        }
    }

    synchronized void ended() {
        running = false;
        if (connected) {
            connected = false;
            observer.disconnected(source);
        }
        publish();
    }

    private void publish() {
        EngineState next = derive();
        EngineState previous = state;
        if (next != previous) {
            state = next;
            observer.stateChanged(source, previous, next);
        }
    }

    private EngineState derive() {
        if (failure != null) {
            return EngineState.FAILED;
        }
        if (!running) {
            return EngineState.STOPPED;
        }
        if (stopping) {
            return EngineState.STOPPING;
        }
        if (!connected) {
            return attempted ? EngineState.RECONNECTING : EngineState.STARTING;
        }
        return paused ? EngineState.PAUSED : EngineState.STREAMING;
    }
}
