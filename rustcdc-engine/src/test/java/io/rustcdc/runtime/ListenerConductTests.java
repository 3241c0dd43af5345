package io.rustcdc.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rustcdc.delivery.Listeners;
import io.rustcdc.delivery.RetryOptions;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.delivery.Subscription.AckMode;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.EventSource;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.EngineState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Listeners and observers that do what they should not, and operations that meet each other. */
class ListenerConductTests extends RunnerFixture {

    @Test
    void anInterruptFlagLeftByAListenerDoesNotEndDelivery() {
        runner(options(), AckMode.AUTO, (event, acknowledgment) -> {
                    delivered.add(id(event));
                    Thread.currentThread().interrupt();
                })
                .start();
        log.commit(1);
        awaitSaved(new LogOffset(1, 0));
        log.commit(1);
        awaitSaved(new LogOffset(2, 0));
        assertThat(delivered).containsExactly(1, 2);
    }

    @Test
    void anInterruptFlagLeftByAFailingListenerDoesNotDefeatTheRetryRules() {
        AtomicInteger attempts = new AtomicInteger();
        log.commit(1);
        runner(
                        options().withRetry(new RetryOptions(3, Duration.ofMillis(1), 1, Duration.ofMillis(1))),
                        AckMode.AUTO,
                        (event, acknowledgment) -> {
                            attempts.incrementAndGet();
                            Thread.currentThread().interrupt();
                            throw new IllegalStateException("no");
                        })
                .start();
        awaitState(EngineState.FAILED);
        assertThat(attempts).hasValue(3);
    }

    @Test
    void aCallThatOutlivesItsStopSaysNothingOfTheSourceAnyMore() {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        log.commit(1);
        runner(options().withShutdownTimeout(Duration.ofMillis(50)), AckMode.AUTO, (event, acknowledgment) -> {
                    if (delivered.isEmpty()) {
                        called.countDown();
                        RecordingStore.awaitUninterrupted(go);
                    }
                    delivered.add(id(event));
                })
                .start();
        RecordingStore.awaitUninterrupted(called);
        runner.stop();
        assertThat(runner.status().state()).isEqualTo(EngineState.STOPPED);
        assertThatThrownBy(() -> runner.start()).hasMessageContaining("has not ended yet");
        go.countDown();
        await().atMost(Duration.ofSeconds(10)).ignoreExceptions().until(() -> {
            runner.start();
            return true;
        });
        awaitSaved(new LogOffset(1, 0));
        assertThat(delivered).containsExactly(1, 1);
        assertThat(failures).isEmpty();
        assertThat(runner.status().state()).isEqualTo(EngineState.STREAMING);
    }

    @Test
    void afterAWriteThatHungTheSourceCanBeStartedAgain() {
        recording(options().withShutdownTimeout(Duration.ofMillis(50))).start();
        awaitSaved(new LogOffset(0, 0));
        CountDownLatch hang = new CountDownLatch(1);
        store.hangingSave = hang;
        log.commit(1);
        awaitDelivered(1);
        runner.stop();
        assertThat(store.owners)
                .as("the lease stays while the write may still be made")
                .hasValue(1);
        store.hangingSave = null;
        hang.countDown();
        await().until(() -> store.owners.get() == 0 && !runner.hasRun());
        runner.start();
        log.commit(1);
        awaitSaved(log.end());
    }

    @Test
    void aListenerMayStopItsOwnSource() {
        log.commit(3);
        runner(options(), AckMode.AUTO, (event, acknowledgment) -> {
                    delivered.add(id(event));
                    if (id(event) == 2) {
                        runner.stop();
                    }
                })
                .start();
        awaitState(EngineState.STOPPED);
        assertThat(delivered).containsExactly(1, 2);
        assertThat(store.load().orElseThrow().offset()).isEqualTo(new LogOffset(0, 2));
    }

    @Test
    void aListenerThatFailsBecauseOfTheStopIsNoFailure() {
        CountDownLatch called = new CountDownLatch(1);
        log.commit(1);
        runner(
                        options()
                                .withShutdownTimeout(Duration.ofMillis(50))
                                .withRetry(new RetryOptions(1, Duration.ZERO, 1, Duration.ZERO)),
                        AckMode.AUTO,
                        (event, acknowledgment) -> {
                            called.countDown();
                            new CountDownLatch(1).await();
                        })
                .start();
        RecordingStore.awaitUninterrupted(called);
        runner.stop();
        awaitState(EngineState.STOPPED);
        assertThat(failures).isEmpty();
    }

    @Test
    void anObserverMayStartTheSourceAgainWhileSomebodyElseDoes() throws Exception {
        AtomicReference<SourceRunner> self = new AtomicReference<>();
        AtomicInteger restarts = new AtomicInteger();
        AtomicInteger broken = new AtomicInteger(1);
        EngineObserver restarting = new EngineObserver() {
            @Override
            public void failed(EventSource source, CdcException failure) {
                Thread restart = new Thread(() -> self.get().start());
                restart.start();
                restarts.incrementAndGet();
                self.get().status();
            }
        };
        runner = new SourceRunner(
                log,
                store,
                Receivers.of(new Listeners(
                        List.of(Subscription.of("listener", (event, acknowledgment) -> {
                            if (id(event) == 2 && broken.getAndSet(0) == 1) {
                                throw new LinkageError("once");
                            }
                            delivered.add(id(event));
                        })),
                        null)),
                options(),
                restarting);
        self.set(runner);
        log.commit(3);
        runner.start();
        Thread operator = new Thread(runner::start);
        operator.start();
        operator.join(TimeUnit.SECONDS.toMillis(20));
        assertThat(operator.isAlive()).isFalse();
        awaitSaved(new LogOffset(1, 0));
        assertThat(delivered).containsExactly(1, 2, 3);
        assertThat(restarts).hasValue(1);
    }

    @Test
    void transactionsWithoutChangesForUsHoldNoMemoryWhileDeliveryIsPaused() {
        recording(options().withQueue(1000, 10_000)).start();
        awaitSaved(new LogOffset(0, 0));
        runner.pause();
        log.commit(1);
        for (int i = 0; i < 100_000; i++) {
            log.commit(0);
        }
        await().until(() -> runner.status().buffered() == 1);
        runner.resume();
        awaitDelivered(1);
        log.commit(1);
        awaitDelivered(2);
        assertThat(delivered).containsExactly(1, 2);
    }

    @Test
    void positionsAloneAreBoundedByBytesToo() {
        Handoff handoff = new Handoff(1000, 10_000);
        int entries = 0;
        while (handoff.hasRoom() && entries < 1000) {
            handoff.start(new LogOffset(entries++, 0), null, () -> {});
        }
        assertThat(entries).isLessThan(100);
    }
}
