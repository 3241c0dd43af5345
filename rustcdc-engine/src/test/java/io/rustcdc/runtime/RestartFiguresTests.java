package io.rustcdc.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.observe.EngineStatus;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What of an engine's figures begins anew when the same engine is started again. */
class RestartFiguresTests extends RunnerFixture {

    @Test
    @DisplayName(
            "RT-18: after a stop and a start counts go on, as of the process, and what is about the run begins anew")
    void countsGoOnAndTheRunBeginsAnew() {
        log.commit(3);
        recording(options()).start();
        awaitSaved(log.end());
        Instant firstStart = Objects.requireNonNull(runner.status().startedAt());
        runner.stop();

        EngineStatus stopped = runner.status();
        assertThat(stopped.startedAt()).isNull();
        assertThat(stopped.inFlight()).isZero();
        assertThat(stopped.buffered()).isZero();
        assertThat(stopped.eventsCommitted()).isEqualTo(3);

        Instant restart = Instant.now();
        runner.start();
        EngineStatus again = runner.status();
        assertThat(again.startedAt()).isAfter(firstStart).isAfterOrEqualTo(restart);
        assertThat(again.lastEventAt()).isNull();
        assertThat(again.eventsPolled()).isEqualTo(3);
        log.commit(2);
        awaitSaved(log.end());
        await().untilAsserted(() -> {
            assertThat(runner.status().eventsPolled()).isEqualTo(5);
            assertThat(runner.status().eventsCommitted()).isEqualTo(5);
            assertThat(runner.status().committedCount()).isEqualTo(5);
            assertThat(runner.status().lastEventAt()).isNotNull();
        });
    }
}
