package io.rustcdc.runtime;

import static io.rustcdc.observe.EngineState.FAILED;
import static io.rustcdc.observe.EngineState.PAUSED;
import static io.rustcdc.observe.EngineState.RECONNECTING;
import static io.rustcdc.observe.EngineState.SNAPSHOTTING;
import static io.rustcdc.observe.EngineState.STARTING;
import static io.rustcdc.observe.EngineState.STOPPED;
import static io.rustcdc.observe.EngineState.STOPPING;
import static io.rustcdc.observe.EngineState.STREAMING;
import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.EventSource;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.EngineState;
import io.rustcdc.source.SourceException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StateTrackerTests {

    private final List<EngineState> states = new ArrayList<>();
    private final StateTracker tracker = new StateTracker(new EventSource("log", "log"), new EngineObserver() {

        @Override
        public void stateChanged(EventSource source, EngineState from, EngineState to) {
            states.add(to);
        }
    });

    @Test
    void snapshotsAreAStateBetweenTheConnectionAndStreaming() {
        StateTracker.Run run = tracker.starting();
        run.connected(false);
        run.snapshotting(true);
        run.snapshotting(true);
        run.snapshotting(false);
        run.snapshotting(true);
        run.stopping();
        run.ended();
        assertThat(states)
                .containsExactly(STARTING, STREAMING, SNAPSHOTTING, STREAMING, SNAPSHOTTING, STOPPING, STOPPED);
    }

    @Test
    void aPausedSourceIsPausedWhileItReadsRows() {
        StateTracker.Run run = tracker.starting();
        run.connected(false);
        run.snapshotting(true);
        run.paused(true);
        assertThat(tracker.state()).isEqualTo(PAUSED);
        run.paused(false);
        assertThat(tracker.state()).isEqualTo(SNAPSHOTTING);
    }

    @Test
    void aNewConnectionReadsNoRowsUntilItSaysSo() {
        StateTracker.Run run = tracker.starting();
        run.connected(false);
        run.snapshotting(true);
        run.disconnected();
        assertThat(tracker.state()).isEqualTo(RECONNECTING);
        run.connected(false);
        assertThat(tracker.state()).isEqualTo(STREAMING);
    }

    @Test
    void aFailureCountsMoreThanRows() {
        StateTracker.Run run = tracker.starting();
        run.connected(false);
        run.snapshotting(true);
        run.failed(SourceException.terminal("It broke", "Mend it."));
        assertThat(tracker.state()).isEqualTo(FAILED);
    }

    @Test
    void anOlderRunHasNoSay() {
        StateTracker.Run old = tracker.starting();
        old.connected(false);
        StateTracker.Run run = tracker.starting();
        run.connected(false);
        old.snapshotting(true);
        assertThat(tracker.state()).isEqualTo(STREAMING);
    }
}
