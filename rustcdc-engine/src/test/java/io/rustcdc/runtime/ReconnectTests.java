package io.rustcdc.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rustcdc.checkpoint.LeaseConflictException;
import io.rustcdc.delivery.Subscription.AckMode;
import io.rustcdc.event.FailureKind;
import io.rustcdc.observe.EngineState;
import io.rustcdc.observe.HealthVerdict.Status;
import io.rustcdc.source.SourceException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Lost connections, refused starts, and the states between. */
class ReconnectTests extends RunnerFixture {

    private static SourceException failure(FailureKind kind, String message) {
        return new SourceException(kind, message, "Do something.", null);
    }

    @Test
    @DisplayName(
            "RT-24, RT-R6: twenty cuts under load lose nothing and repeat nothing; the queues are cleared each time")
    void repeatsNothingOverReconnects() {
        recording(options().withMaxEventsPerPoll(7)).start();
        int rows = 0;
        for (int cut = 0; cut < 20; cut++) {
            log.commit(25);
            rows += 25;
            log.cutConnection();
            log.commit(3);
            rows += 3;
            awaitDelivered(rows - 20);
        }
        awaitSaved(log.end());
        assertThat(delivered).isEqualTo(ids(1, rows));
        assertThat(log.calls.stream().filter("close"::equals).count()).isGreaterThanOrEqualTo(20);
    }

    @Test
    @DisplayName("PG-24: the old connection is closed before the next one is opened")
    void closesBeforeItOpensAgain() {
        recording(options()).start();
        log.cutConnection();
        await().until(() -> log.calls.stream().filter("open"::equals).count() == 2);
        assertThat(log.calls.stream().filter(call -> call.equals("open") || call.equals("close")))
                .startsWith("open", "close", "open");
        assertThat(log.openStreams.get()).isLessThanOrEqualTo(1);
    }

    @Test
    void aReconnectWaitsForTheRunningCallAndItsSave() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        log.commit(5);
        runner(options(), AckMode.AUTO, (event, acknowledgment) -> {
                    if (id(event) == 2 && delivered.size() == 1) {
                        called.countDown();
                        go.await();
                    }
                    delivered.add(id(event));
                })
                .start();
        called.await();
        log.cutConnection();
        awaitState(EngineState.RECONNECTING);
        assertThat(log.calls.stream().filter("open"::equals)).hasSize(1);
        go.countDown();
        awaitSaved(new LogOffset(1, 0));
        assertThat(delivered).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void aHostThatIsDownAtTheFirstStartIsTriedForEver() {
        for (int i = 0; i < 3; i++) {
            log.failNextOpen(() -> failure(FailureKind.TRANSIENT, "Connection to db:5432 refused"));
        }
        log.commit(1);
        recording(options()).start();
        assertThat(runner.status().state()).isIn(EngineState.RECONNECTING, EngineState.STREAMING);
        awaitSaved(new LogOffset(1, 0));
        assertThat(states).contains(EngineState.STARTING, EngineState.RECONNECTING, EngineState.STREAMING);
    }

    @Test
    void aHostThatWasNeverReachedIsStalledAtOnce() {
        for (int i = 0; i < 1000; i++) {
            log.failNextOpen(() -> failure(FailureKind.TRANSIENT, "Connection to db:5432 refused"));
        }
        recording(options()).start();
        assertThat(runner.status().health().status()).isEqualTo(Status.STALLED);
        assertThat(runner.status().health().reason()).contains("Connection to db:5432 refused");
    }

    @Test
    void aConfigurationErrorAtTheFirstStartLeavesNothingBehind() {
        log.failNextOpen(() -> failure(FailureKind.CONFIGURATION, "wal_level is 'replica'"));
        recording(options());
        assertThatThrownBy(() -> runner.start())
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("wal_level");
        assertThat(store.owners).hasValue(0);
        assertThat(log.openStreams).hasValue(0);
        assertThat(runner.status().state()).isEqualTo(EngineState.FAILED);
        assertThat(runner.status().health().action()).isEqualTo("Do something.");
        assertThat(states).containsExactly(EngineState.STARTING, EngineState.FAILED);
        runner.start();
        assertThat(runner.status().state()).isEqualTo(EngineState.STREAMING);
    }

    @Test
    void aRefusedPasswordAtTheFirstStartIsAConfigurationError() {
        log.failNextOpen(() -> failure(FailureKind.AUTHENTICATION, "password refused"));
        recording(options());
        assertThatThrownBy(() -> runner.start()).hasMessageContaining("password refused");
        assertThat(store.owners).hasValue(0);
    }

    @Test
    void aRefusedPasswordWhileRunningIsTriedAgain() {
        recording(options()).start();
        log.failNextOpen(() -> failure(FailureKind.AUTHENTICATION, "password refused"));
        log.cutConnection();
        await().until(() -> states.contains(EngineState.RECONNECTING));
        await().until(() -> log.calls.stream().filter("open"::equals).count() >= 2);
        assertThat(failures).isEmpty();
    }

    @Test
    void aSlotInUseIsTriedForAWhileAndThenRefused() {
        log.patience = Duration.ofMillis(400);
        for (int i = 0; i < 1000; i++) {
            log.failNextOpen(() -> failure(FailureKind.IN_USE, "slot is active for PID 42"));
        }
        recording(options());
        assertThatThrownBy(() -> runner.start()).hasMessageContaining("PID 42");
        assertThat(log.calls.stream().filter("open"::equals).count()).isGreaterThan(1);
        assertThat(store.owners).hasValue(0);
    }

    @Test
    void aSlotThatBecomesFreeIsTaken() {
        log.patience = Duration.ofSeconds(20);
        log.failNextOpen(() -> failure(FailureKind.IN_USE, "slot is active for PID 42"));
        log.commit(1);
        recording(options()).start();
        assertThat(runner.status().state()).isEqualTo(EngineState.STREAMING);
        awaitDelivered(1);
    }

    @Test
    @DisplayName("RT-13: a checkpoint that cannot be loaded is FAILED, never a fresh start")
    void aDamagedCheckpointIsNotAFreshStart() {
        store.damaged = true;
        recording(options()).start();
        assertThat(runner.status().state()).isEqualTo(EngineState.FAILED);
        assertThat(runner.status().health().status()).isEqualTo(Status.FAILED);
        assertThat(runner.status().health().reason()).contains("damaged");
        assertThat(log.calls).doesNotContain("open");
        assertThat(store.owners).hasValue(0);
    }

    @Test
    void aLostPositionAtTheFirstStartLetsTheApplicationRun() {
        log.failNextOpen(() -> SourceException.terminal("slot does not exist", "Take a new snapshot."));
        recording(options()).start();
        assertThat(runner.status().state()).isEqualTo(EngineState.FAILED);
        assertThat(runner.status().health().action()).isEqualTo("Take a new snapshot.");
        assertThat(store.owners).hasValue(0);
    }

    @Test
    @DisplayName("RT-R7: a failure of a read that nothing mends ends the run")
    void aTerminalReadFails() {
        recording(options()).start();
        log.failNextRead(SourceException.terminal("The row cannot be decoded", "Report it."));
        awaitState(EngineState.FAILED);
        await().until(() -> log.openStreams.get() == 0 && store.owners.get() == 0);
    }

    @Test
    void aLeaseThatSomebodyElseOwnsRefusesTheStart() {
        store.store.acquire();
        recording(options());
        assertThatThrownBy(() -> runner.start()).isInstanceOf(LeaseConflictException.class);
        assertThat(log.calls).doesNotContain("open");
        store.store.release();
        runner.start();
        assertThat(runner.status().state()).isEqualTo(EngineState.STREAMING);
    }

    @Test
    void aStoreThatIsNotThereYetIsTriedForEver() {
        store.loadFailures.add(FailureKind.TRANSIENT);
        store.loadFailures.add(FailureKind.TRANSIENT);
        log.commit(1);
        recording(options()).start();
        awaitDelivered(1);
        awaitSaved(new LogOffset(1, 0));
        assertThat(states).contains(EngineState.RECONNECTING, EngineState.STREAMING);
    }

    @Test
    void otherFailuresBetweenEndThePatienceWithASlotInUse() {
        log.patience = Duration.ofMillis(1);
        log.failNextOpen(() -> failure(FailureKind.IN_USE, "slot is active for PID 42"));
        log.failNextOpen(() -> failure(FailureKind.TRANSIENT, "Connection refused"));
        log.failNextOpen(() -> failure(FailureKind.IN_USE, "slot is active for PID 43"));
        log.commit(1);
        recording(options()).start();
        awaitSaved(new LogOffset(1, 0));
        assertThat(failures).isEmpty();
    }

    @Test
    void startStopPauseAndResumeCanBeRepeated() {
        recording(options());
        for (int i = 1; i <= 200; i++) {
            runner.start();
            runner.start();
            if (i % 3 == 0) {
                runner.pause();
                runner.pause();
                assertThat(runner.status().state()).isEqualTo(EngineState.PAUSED);
                runner.resume();
            }
            log.commit(2);
            if (i % 2 == 0) {
                awaitDelivered(2 * i);
            }
            runner.stop();
            runner.stop();
            assertThat(runner.status().state()).isEqualTo(EngineState.STOPPED);
        }
        runner.start();
        awaitSaved(log.end());
        assertThat(delivered).isEqualTo(ids(1, 400));
        assertThat(store.owners).hasValue(1);
    }

    @Test
    @DisplayName("PG-11: a pause delivers nothing and keeps the connection; afterwards every row arrives")
    void aPauseDeliversNothing() {
        recording(options()).start();
        log.commit(1);
        awaitSaved(new LogOffset(1, 0));
        runner.pause();
        log.commit(100);
        await().until(() -> runner.status().buffered() == 100);
        assertThat(delivered).containsExactly(1);
        assertThat(runner.status().health().status()).isEqualTo(Status.IDLE);
        runner.resume();
        awaitSaved(new LogOffset(2, 0));
        assertThat(delivered).isEqualTo(ids(1, 101));
        assertThat(log.calls.stream().filter("open"::equals)).hasSize(1);
    }
}
