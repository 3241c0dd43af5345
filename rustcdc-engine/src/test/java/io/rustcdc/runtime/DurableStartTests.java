package io.rustcdc.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import io.rustcdc.checkpoint.Checkpoint;
import io.rustcdc.event.FailureKind;
import io.rustcdc.observe.EngineState;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** When whoever starts a source hears that it runs: what is written after that must not be lost by any crash. */
class DurableStartTests extends RunnerFixture {

    @Test
    @DisplayName("MY-R15: a fresh start is over once its position is durable")
    void aFreshStartEndsOnceItsPositionIsDurable() {
        CountDownLatch saving = new CountDownLatch(1);
        store.hangingSave = saving;
        recording(options());
        Thread starting = new Thread(runner::start, "starting");
        starting.start();
        awaitState(EngineState.STREAMING);
        await().during(Duration.ofMillis(300)).until(starting::isAlive);
        assertThat(store.saves).isEmpty();
        saving.countDown();
        await().atMost(Duration.ofSeconds(20)).until(() -> !starting.isAlive());
        assertThat(store.saves).extracting(Checkpoint::offset).containsExactly(new LogOffset(0, 0));
    }

    @Test
    void aStartThatIsSavedBeforeItsReaderIsThroughWithConnectingIsNotOver() {
        FirstOutcome outcome = new FirstOutcome();
        outcome.startSaved();
        Thread starting = new Thread(() -> assertThatCode(outcome::await).doesNotThrowAnyException(), "starting");
        starting.start();
        await().until(() -> starting.getState() == Thread.State.WAITING);
        outcome.connected();
        await().until(() -> !starting.isAlive());
    }

    @Test
    void aStartThatCannotBeSavedNowGoesOnInTheBackground() {
        for (int i = 0; i < 3; i++) {
            store.failures.add(FailureKind.TRANSIENT);
        }
        recording(options()).start();
        awaitSaved(new LogOffset(0, 0));
        log.commit(1);
        awaitDelivered(1);
    }

    @Test
    void aRestartWaitsForNoSave() {
        recording(options()).start();
        awaitSaved(new LogOffset(0, 0));
        runner.stop();
        CountDownLatch never = new CountDownLatch(1);
        store.hangingSave = never;
        runner.start();
        awaitState(EngineState.STREAMING);
        never.countDown();
    }
}
