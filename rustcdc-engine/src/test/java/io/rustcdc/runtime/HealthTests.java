package io.rustcdc.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.delivery.LaneOptions;
import io.rustcdc.delivery.Listeners;
import io.rustcdc.delivery.RetryOptions;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.delivery.Subscription.AckMode;
import io.rustcdc.event.FailureKind;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.EngineState;
import io.rustcdc.observe.EngineStatus;
import io.rustcdc.observe.HealthVerdict;
import io.rustcdc.observe.HealthVerdict.Status;
import io.rustcdc.source.SourceException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HealthTests extends RunnerFixture {

    private static final Duration SHORT = Duration.ofMillis(300);

    private void awaitHealth(Status status) {
        await().atMost(Duration.ofSeconds(10))
                .until(() -> runner.status().health().status() == status);
    }

    @Test
    @DisplayName("RT-R1, RT-22: idle, healthy with traffic, idle again and never stalled when it goes quiet")
    void aQuietDatabaseIsIdle() {
        recording(options().withStallThreshold(SHORT)).start();
        // Just begun, it may still be looking whether there are rows to read, which is healthy work.
        awaitHealth(Status.IDLE);
        await().until(() -> {
            log.commit(1);
            return runner.status().health().status() == Status.HEALTHY;
        });
        awaitHealth(Status.IDLE);
        await().during(Duration.ofSeconds(1))
                .atMost(Duration.ofSeconds(30))
                .until(() -> runner.status().health().status() == Status.IDLE);
    }

    @Test
    @DisplayName("RT-R1: the first batch, unacknowledged for less than the threshold, is healthy")
    void theFirstBatchIsNotStalledAtOnce() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        log.commit(1);
        runner(options(), AckMode.AUTO, (event, acknowledgment) -> {
                    called.countDown();
                    go.await();
                })
                .start();
        called.await();
        awaitHealth(Status.HEALTHY);
        go.countDown();
        awaitSaved(new LogOffset(1, 0));
    }

    @Test
    @DisplayName("RT-23: a listener that does not return is a stall with its reason, and ends with it")
    void aStuckListenerStalls() {
        CountDownLatch go = new CountDownLatch(1);
        log.commit(1);
        runner(options().withStallThreshold(SHORT), AckMode.AUTO, (event, acknowledgment) -> go.await())
                .start();
        awaitStalled("listeners have acknowledged nothing");
        go.countDown();
        await().until(() -> !runner.status().health().needsAttention());
    }

    @Test
    void aListenerThatKeepsFailingStallsByName() {
        log.commit(1);
        runner(
                        options()
                                .withStallThreshold(SHORT)
                                .withRetry(new RetryOptions(100_000, Duration.ofMillis(5), 1, Duration.ofMillis(5))),
                        AckMode.AUTO,
                        (event, acknowledgment) -> {
                            throw new IllegalStateException("no");
                        })
                .start();
        awaitStalled("listener 'listener' keeps failing");
    }

    @Test
    void aLaneThatHangsStallsByTheNameOfItsListener() {
        CountDownLatch go = new CountDownLatch(1);
        log.commit(3);
        Subscription inLanes = Subscription.of("carrier", (event, acknowledgment) -> {
                    if (id(event) == 2) {
                        RecordingStore.awaitUninterrupted(go);
                    }
                })
                .withLanes(LaneOptions.of(2));
        Subscription other = Subscription.of("other", (event, acknowledgment) -> {});
        runner = new SourceRunner(
                log,
                store,
                Receivers.of(new Listeners(List.of(other, inLanes), null)),
                options().withStallThreshold(SHORT),
                new EngineObserver() {});
        runner.start();
        awaitStalled("listener 'carrier' has not acknowledged");
        go.countDown();
        awaitHealth(Status.IDLE);
    }

    @Test
    void aForgottenAcknowledgmentStalls() {
        log.commit(1);
        runner(options().withStallThreshold(SHORT), AckMode.MANUAL, (event, acknowledgment) -> {})
                .start();
        awaitStalled("listener 'listener' has not acknowledged");
        assertThat(runner.status().checkpointAge()).isPositive();
    }

    @Test
    @DisplayName("The last of the acknowledgments that came late is no stall of the listeners while it is being saved")
    void aLateAcknowledgmentIsProgress() {
        Vitals vitals = new Vitals(Duration.ofSeconds(2), new Counters());
        vitals.connected();
        vitals.delivering(Instant.now());
        vitals.delivered(true);
        vitals.waitingForAcknowledgments(Instant.now(), List.of("carrier"));
        await().until(() -> verdict(vitals).status() == Status.STALLED);
        vitals.read(false);
        vitals.saved(1, Instant.now());
        assertThat(verdict(vitals).status()).isNotEqualTo(Status.STALLED);
        vitals.waitingForAcknowledgments(null, List.of());
        assertThat(verdict(vitals).status()).isNotEqualTo(Status.STALLED);
    }

    @Test
    @DisplayName("A save that fails long after the last delivery is a stall of the save, never one of the listeners")
    void aLateSaveThatFailsIsNoStallOfTheListeners() {
        Vitals vitals = new Vitals(Duration.ofSeconds(2), new Counters());
        vitals.connected();
        vitals.waitingForRoom();
        vitals.delivering(Instant.now());
        vitals.delivered(true);
        await().until(() -> verdict(vitals).status() == Status.STALLED);
        assertThat(verdict(vitals).reason()).contains("listeners have acknowledged nothing");
        vitals.saving();
        assertThat(verdict(vitals).status()).isNotEqualTo(Status.STALLED);
        vitals.saveFailed(SourceException.transientFailure("The disk is full", null));
        assertThat(verdict(vitals).status()).isNotEqualTo(Status.STALLED);
        await().until(() -> verdict(vitals).status() == Status.STALLED);
        assertThat(verdict(vitals).reason()).contains("could not be saved", "disk is full");
    }

    private static HealthVerdict verdict(Vitals vitals) {
        return vitals.verdict(EngineState.STREAMING, null, Duration.ZERO);
    }

    @Test
    void aSaveThatKeepsFailingStallsAndRecovers() {
        recording(options().withStallThreshold(SHORT)).start();
        awaitSaved(new LogOffset(0, 0));
        for (int i = 0; i < 4; i++) {
            store.failures.add(FailureKind.TRANSIENT);
        }
        log.commit(1);
        awaitStalled("could not be saved", "disk is full");
        awaitSaved(new LogOffset(1, 0));
        await().until(() -> !runner.status().health().needsAttention());
    }

    @Test
    void aLostConnectionStallsAfterTheThresholdAndRecovers() {
        recording(options().withStallThreshold(SHORT)).start();
        for (int i = 0; i < 4; i++) {
            log.failNextOpen(() -> SourceException.transientFailure("Connection to db:5432 refused", null));
        }
        log.cutConnection();
        awaitStalled("no connection for", "db:5432 refused");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> !runner.status().health().needsAttention());
    }

    @Test
    @DisplayName("RT-R3: the lag of a caught-up database is zero and stays zero, the checkpoint's age too")
    void lagIsZeroWhenCaughtUp() {
        log.commitTime = Instant.now().minusSeconds(3600);
        log.commit(3);
        recording(options()).start();
        awaitSaved(new LogOffset(1, 0));
        await().until(() -> runner.status().lag().isZero());
        await().during(Duration.ofMillis(500)).atMost(Duration.ofSeconds(5)).until(() -> {
            EngineStatus status = runner.status();
            return status.lag().isZero() && status.checkpointAge().isZero();
        });
    }

    @Test
    void lagStaysZeroWhileTransactionsWithoutChangesForUsGoBy() {
        log.commitTime = Instant.now().minusSeconds(7200);
        log.commit(1);
        recording(options()).start();
        awaitSaved(new LogOffset(1, 0));
        await().until(() -> runner.status().lag().isZero());
        log.commitTime = Instant.now();
        for (int i = 0; i < 50; i++) {
            log.commit(0);
            assertThat(runner.status().lag()).isLessThan(Duration.ofSeconds(3600));
        }
    }

    @Test
    void lagGrowsWhileChangesWaitForTheEndOfAPause() {
        recording(options()).start();
        awaitSaved(new LogOffset(0, 0));
        runner.pause();
        log.commit(1);
        await().until(() -> {
            log.commitTime = Instant.now();
            log.commit(1);
            return runner.status().lag().compareTo(Duration.ofSeconds(1)) > 0;
        });
        runner.resume();
        awaitSaved(log.end());
        await().until(() -> runner.status().lag().isZero());
    }

    @Test
    void lagGrowsWhileThereIsNoConnection() {
        recording(options().withStallThreshold(SHORT)).start();
        for (int i = 0; i < 1000; i++) {
            log.failNextOpen(() -> SourceException.transientFailure("Connection to db:5432 refused", null));
        }
        log.cutConnection();
        await().until(() -> runner.status().lag().compareTo(Duration.ofSeconds(1)) > 0);
    }

    @Test
    void ageAndLagFollowTheOldestOpenChangeOfAManualListener() {
        java.util.ArrayDeque<io.rustcdc.delivery.Acknowledgment> open = new java.util.ArrayDeque<>();
        runner(options(), AckMode.MANUAL, (event, acknowledgment) -> {
                    open.add(acknowledgment);
                    if (open.size() > 1) {
                        open.remove().acknowledge();
                    }
                    delivered.add(id(event));
                })
                .start();
        log.commitTime = Instant.now().minusSeconds(7200);
        log.commit(1);
        awaitDelivered(1);
        assertThat(runner.status().lag()).isGreaterThan(Duration.ofSeconds(3600));
        log.commitTime = Instant.now();
        log.commit(1);
        awaitSaved(new LogOffset(1, 0));
        await().until(() -> runner.status().lag().compareTo(Duration.ofSeconds(3600)) < 0);
    }

    @Test
    @DisplayName(
            "CP-10 a write of the checkpoint that hangs holds up neither the reader nor who asks how it is, and is told")
    void aWriteOfTheCheckpointThatHangsStalls() {
        recording(options().withStallThreshold(SHORT)).start();
        awaitSaved(new LogOffset(0, 0));
        CountDownLatch hang = new CountDownLatch(1);
        store.hangingSave = hang;
        log.commit(1);
        awaitStalled("write of the checkpoint");
        log.commit(1);
        await().until(() -> runner.status().buffered() > 0);
        hang.countDown();
        await().until(() -> !runner.status().health().needsAttention());
    }

    @Test
    @DisplayName("OB-06 the lag counts from the commit at the source, not from when the change was read")
    void lagCountsFromTheCommitOfTheOldestUnsavedChange() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        log.commitTime = Instant.now().minusSeconds(3600);
        log.commit(1);
        runner(options(), AckMode.AUTO, (event, acknowledgment) -> {
                    called.countDown();
                    go.await();
                })
                .start();
        called.await();
        assertThat(runner.status().lag()).isBetween(Duration.ofSeconds(3600), Duration.ofSeconds(3700));
        go.countDown();
        await().until(() -> runner.status().lag().isZero());
    }
}
