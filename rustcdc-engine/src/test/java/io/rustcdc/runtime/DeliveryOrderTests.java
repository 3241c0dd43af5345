package io.rustcdc.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rustcdc.checkpoint.Checkpoint;
import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.delivery.RetryOptions;
import io.rustcdc.delivery.Subscription.AckMode;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Offset;
import io.rustcdc.observe.EngineState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Deliver, acknowledge, save, confirm: their order, and what is left after a failure of each. */
class DeliveryOrderTests extends RunnerFixture {

    @Test
    void deliversInOrderAndSavesTheEnd() {
        log.commit(3);
        log.commit(2);
        recording(options()).start();
        awaitSaved(new LogOffset(2, 0));
        assertThat(delivered).containsExactly(1, 2, 3, 4, 5);
        await().untilAsserted(() -> {
            assertThat(runner.status().committedCount()).isEqualTo(5);
            assertThat(runner.status().inFlight()).isZero();
            assertThat(runner.status().buffered()).isZero();
        });
    }

    @Test
    void savesTheStartOfAFreshStreamBeforeTheFirstChange() {
        log.commit(1);
        runner(options(), AckMode.AUTO, (event, acknowledgment) -> {
                    assertThat(store.saves).extracting(Checkpoint::offset).containsExactly(new LogOffset(0, 0));
                    delivered.add(id(event));
                })
                .start();
        awaitDelivered(1);
    }

    @Test
    @DisplayName("Transactions that come fast share a save; none of them waits for it")
    void sharesSaves() throws InterruptedException {
        Semaphore calls = new Semaphore(0);
        long begin = System.nanoTime();
        runner(options(), AckMode.AUTO, (event, acknowledgment) -> calls.release())
                .start();
        for (int i = 1; i <= 300; i++) {
            log.commit(1);
            assertThat(calls.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
        }
        awaitSaved(new LogOffset(300, 0));
        long millis = (System.nanoTime() - begin) / 1_000_000;
        assertThat(store.saves).hasSizeLessThanOrEqualTo((int) (3 + millis / 10));
    }

    @Test
    @DisplayName("A slow listener's batch does not wait for its size: what it has done is saved while it works")
    void savesBetweenSlowCalls() {
        log.commit(3);
        CountDownLatch never = new CountDownLatch(1);
        runner(options(), AckMode.AUTO, (event, acknowledgment) -> {
                    if (id(event) == 2) {
                        assertThat(store.saves).extracting(Checkpoint::offset).contains(new LogOffset(0, 1));
                    }
                    assertThat(never.await(300, TimeUnit.MILLISECONDS)).isFalse();
                    delivered.add(id(event));
                })
                .start();
        awaitSaved(new LogOffset(1, 0));
        assertThat(delivered).containsExactly(1, 2, 3);
    }

    @Test
    @DisplayName("The checkpoint is saved before the source is told, and never the other way round")
    void confirmsOnlyWhatIsSaved() {
        for (int i = 0; i < 50; i++) {
            log.commit(7);
        }
        recording(options().withMaxEventsPerPoll(5)).start();
        awaitSaved(new LogOffset(50, 0));
        await().until(() -> log.confirmed.contains(new LogOffset(50, 0)));
        Offset saved = new LogOffset(0, 0);
        for (String call : log.calls) {
            String[] words = call.split("[ +]");
            if (words[0].equals("save")) {
                saved = new LogOffset(Long.parseLong(words[1]), Long.parseLong(words[2]));
            } else if (words[0].equals("confirm")) {
                Offset confirmed = new LogOffset(Long.parseLong(words[1]), Long.parseLong(words[2]));
                assertThat(saved.isBefore(confirmed)).as(call).isFalse();
            }
        }
    }

    @Test
    @DisplayName(
            "PG-R1: a transaction of 25 rows, cut by max-events-per-poll 10, resumes at exactly k+1 from every save")
    void resumesInsideATransactionFromEverySave() {
        log.commit(25);
        recording(options().withMaxEventsPerPoll(10)).start();
        awaitSaved(new LogOffset(1, 0));
        runner.stop();
        List<Checkpoint> saves = List.copyOf(store.saves);
        assertThat(saves).hasSizeGreaterThanOrEqualTo(4);
        for (Checkpoint save : saves) {
            int done = (int) ((LogOffset) save.offset()).done();
            boolean whole = ((LogOffset) save.offset()).finished() == 1;
            DeliveryOrderTests crashed = new DeliveryOrderTests();
            crashed.log.commit(25);
            crashed.store.store.acquire();
            crashed.store.store.save(save);
            crashed.store.store.release();
            crashed.log.commit(1);
            crashed.recording(options().withMaxEventsPerPoll(10)).start();
            crashed.awaitSaved(new LogOffset(2, 0));
            crashed.runner.stop();
            assertThat(crashed.delivered).isEqualTo(ids(whole ? 26 : done + 1, 26));
        }
    }

    @Test
    @DisplayName("PG-01: a clean restart without writes delivers nothing")
    void cleanRestartDeliversNothing() {
        log.commit(1);
        recording(options()).start();
        awaitSaved(new LogOffset(1, 0));
        runner.stop();
        runner.start();
        log.commit(1);
        awaitDelivered(2);
        assertThat(delivered).containsExactly(1, 2);
    }

    @Test
    @DisplayName(
            "RT-R4: a handler that throws for change k: only the prefix before it is saved, inside the transaction")
    void savesThePrefixBeforeAFailure() {
        log.commit(10);
        AtomicInteger attempts = new AtomicInteger();
        runner(options(), AckMode.AUTO, (event, acknowledgment) -> {
                    if (id(event) == 4) {
                        attempts.incrementAndGet();
                        throw new IllegalStateException("no");
                    }
                    delivered.add(id(event));
                })
                .start();
        awaitState(EngineState.FAILED);
        await().until(() -> store.owners.get() == 0);
        assertThat(store.load().orElseThrow().offset()).isEqualTo(new LogOffset(0, 3));
        assertThat(delivered).containsExactly(1, 2, 3);
        assertThat(attempts).hasValue(2);
        assertThat(failures).singleElement().satisfies(failure -> {
            assertThat(failure.kind()).isEqualTo(FailureKind.TERMINAL);
            assertThat(failure).hasMessageContaining("'listener'").hasMessageContaining("0+4");
        });
    }

    @Test
    @DisplayName(
            "RT-R2: nothing after the failed change is delivered or saved before a restart; the restart skips nothing")
    void restartContinuesWithTheFailedChange() {
        log.commit(10);
        AtomicInteger broken = new AtomicInteger(1);
        runner(options(), AckMode.AUTO, (event, acknowledgment) -> {
                    if (id(event) == 4 && broken.get() == 1) {
                        throw new IllegalStateException("no");
                    }
                    delivered.add(id(event));
                })
                .start();
        awaitState(EngineState.FAILED);
        await().until(() -> log.openStreams.get() == 0);
        broken.set(0);
        runner.start();
        awaitSaved(new LogOffset(1, 0));
        assertThat(delivered).isEqualTo(ids(1, 10));
        assertThat(runner.status().state()).isEqualTo(EngineState.STREAMING);
    }

    @Test
    void anErrorIsNotTriedAgain() {
        log.commit(1);
        AtomicInteger attempts = new AtomicInteger();
        runner(options(), AckMode.AUTO, (event, acknowledgment) -> {
                    attempts.incrementAndGet();
                    throw new LinkageError("no such method");
                })
                .start();
        awaitState(EngineState.FAILED);
        assertThat(attempts).hasValue(1);
    }

    @Test
    void aFailureThatPassesIsDeliveredOnceMore() {
        log.commit(3);
        AtomicInteger attempts = new AtomicInteger();
        runner(
                        options().withRetry(new RetryOptions(5, Duration.ofMillis(1), 1, Duration.ofMillis(1))),
                        AckMode.AUTO,
                        (e, a) -> {
                            if (id(e) == 2 && attempts.incrementAndGet() < 4) {
                                throw new IllegalStateException("not yet");
                            }
                            delivered.add(id(e));
                        })
                .start();
        awaitSaved(new LogOffset(1, 0));
        assertThat(delivered).containsExactly(1, 2, 3);
    }

    @Test
    @DisplayName("RT-03: a save that fails once is repeated; the engine is not wedged")
    void repeatsAFailedSave() {
        log.commit(5);
        store.failures.add(FailureKind.TRANSIENT);
        store.failures.add(FailureKind.TRANSIENT);
        recording(options()).start();
        awaitSaved(new LogOffset(1, 0));
        assertThat(delivered).isEqualTo(ids(1, 5));
        log.commit(1);
        awaitSaved(new LogOffset(2, 0));
        assertThat(delivered).isEqualTo(ids(1, 6));
    }

    @Test
    @DisplayName("RT-03: stop works while saves fail; what was not saved is delivered again")
    void stopsWhileSavesFail() {
        // Both changes are in one batch, however slow the machine is: behind a save that fails nothing is delivered.
        recording(options().withTransactionBoundary(TransactionBoundary.PRESERVE))
                .start();
        awaitSaved(new LogOffset(0, 0));
        for (int i = 0; i < 100; i++) {
            store.failures.add(FailureKind.TRANSIENT);
        }
        log.commit(2);
        awaitDelivered(2);
        runner.stop();
        assertThat(runner.status().state()).isEqualTo(EngineState.STOPPED);
        assertThat(store.load().orElseThrow().offset()).isEqualTo(new LogOffset(0, 0));
        store.failures.clear();
        runner.start();
        awaitSaved(new LogOffset(1, 0));
        assertThat(delivered).containsExactly(1, 2, 1, 2);
    }

    @Test
    @DisplayName("CP-06: a save that is refused for good ends the run; nothing more is delivered")
    void endsWhenASaveIsRefused() {
        recording(options()).start();
        awaitSaved(new LogOffset(0, 0));
        store.failures.add(FailureKind.TERMINAL);
        log.commit(1);
        awaitState(EngineState.FAILED);
        await().until(() -> store.owners.get() == 0);
        log.commit(1);
        assertThat(delivered).containsExactly(1);
        assertThat(log.confirmed).doesNotContain(new LogOffset(1, 0));
    }

    @Test
    @DisplayName("RT-20: a confirmation that fails is repeated over the reconnect, and nothing is delivered twice")
    void repeatsAFailedConfirmation() {
        log.failNextConfirm();
        log.commit(3);
        recording(options()).start();
        awaitSaved(new LogOffset(1, 0));
        await().atMost(Duration.ofSeconds(10)).until(() -> log.confirmed.contains(new LogOffset(1, 0)));
        assertThat(delivered).containsExactly(1, 2, 3);
    }

    @Test
    void savesIdlePositionsBeforeTheyAreConfirmed() {
        recording(options()).start();
        awaitSaved(new LogOffset(0, 0));
        log.commit(0);
        awaitState(EngineState.STREAMING);
        log.idle();
        awaitSaved(new LogOffset(1, 0));
        await().until(() -> log.confirmed.contains(new LogOffset(1, 0)));
        assertThat(log.calls.indexOf("save 1+0")).isLessThan(log.calls.indexOf("confirm 1+0"));
    }

    @Test
    void manualAcknowledgmentsInAnyOrderSaveTheContiguousPrefix() throws Exception {
        ConcurrentMap<Integer, Acknowledgment> open = new ConcurrentHashMap<>();
        log.commit(4);
        runner(options(), AckMode.MANUAL, (event, acknowledgment) -> {
                    open.put(id(event), acknowledgment);
                    delivered.add(id(event));
                })
                .start();
        awaitDelivered(4);
        open.get(3).acknowledge();
        open.get(2).acknowledge();
        open.get(2).acknowledge();
        assertThat(store.load().orElseThrow().offset()).isEqualTo(new LogOffset(0, 0));
        open.get(1).acknowledge();
        awaitSaved(new LogOffset(0, 3));
        await().until(() -> runner.status().inFlight() == 1);
        open.get(4).acknowledge();
        awaitSaved(new LogOffset(1, 0));
        await().until(() -> runner.status().committedCount() == 4);
    }

    @Test
    @DisplayName("Acknowledgments of an older connection are ignored: their changes are delivered again")
    void ignoresAcknowledgmentsOfAnOlderConnection() {
        ConcurrentMap<Integer, Acknowledgment> first = new ConcurrentHashMap<>();
        ConcurrentMap<Integer, Acknowledgment> second = new ConcurrentHashMap<>();
        log.commit(2);
        runner(options(), AckMode.MANUAL, (event, acknowledgment) -> {
                    (delivered.size() < 2 ? first : second).put(id(event), acknowledgment);
                    delivered.add(id(event));
                })
                .start();
        awaitDelivered(2);
        log.cutConnection();
        awaitDelivered(4);
        first.values().forEach(Acknowledgment::acknowledge);
        log.commit(1);
        awaitDelivered(5);
        assertThat(store.load().orElseThrow().offset()).isEqualTo(new LogOffset(0, 0));
        second.values().forEach(Acknowledgment::acknowledge);
        awaitSaved(log.end());
    }

    @Test
    @DisplayName(
            "RT-10, RT-11: the queue is bounded by changes and by bytes, and the connection is kept alive meanwhile")
    void boundsTheQueue() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        log.commit(5000);
        runner(options().withQueue(10_000, 5_000), AckMode.AUTO, (event, acknowledgment) -> {
                    go.await();
                    delivered.add(id(event));
                })
                .start();
        await().until(() -> log.rowsRead.get() >= 50 && log.calls.contains("keepAlive"));
        assertThat(log.rowsRead.get()).isBetween(50, 51);
        assertThat(runner.status().buffered() + runner.status().inFlight()).isBetween(49L, 51L);
        go.countDown();
        awaitSaved(new LogOffset(1, 0));
        assertThat(delivered).isEqualTo(ids(1, 5000));
    }

    @Test
    @DisplayName(
            "RT-R5: a stop during a batch lets the running call finish, saves, confirms, closes and releases, in this order")
    void stopsInOrder() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        log.commit(100);
        runner(options(), AckMode.AUTO, (event, acknowledgment) -> {
                    if (id(event) == 3) {
                        called.countDown();
                        go.await();
                    }
                    delivered.add(id(event));
                })
                .start();
        called.await();
        Thread stopping = beginStop();
        assertThat(runner.status().state()).isEqualTo(EngineState.STOPPING);
        go.countDown();
        stopping.join();
        assertThat(delivered).containsExactly(1, 2, 3);
        List<String> calls =
                log.calls.stream().filter(call -> !call.equals("keepAlive")).toList();
        assertThat(calls).endsWith("save 0+3", "confirm 0+3", "close", "release");
        assertThat(runner.status().state()).isEqualTo(EngineState.STOPPED);
        runner.start();
        awaitSaved(new LogOffset(1, 0));
        assertThat(delivered).isEqualTo(ids(1, 100));
    }

    @Test
    void aListenerThatNeverReturnsDoesNotHoldUpTheStop() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        log.commit(1);
        runner(options().withShutdownTimeout(Duration.ofMillis(50)), AckMode.AUTO, (event, acknowledgment) -> {
                    called.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                        throw e;
                    }
                })
                .start();
        called.await();
        runner.stop();
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        await().until(() -> store.owners.get() == 0);
        assertThat(store.load().orElseThrow().offset()).isEqualTo(new LogOffset(0, 0));
    }

    @Test
    void twoListenersWithOneIdAreRefused() {
        assertThatThrownBy(() -> io.rustcdc.CdcEngine.builder(log)
                        .subscribe(io.rustcdc.delivery.Subscription.of("same", (e, a) -> {}))
                        .subscribe(io.rustcdc.delivery.Subscription.of("same", (e, a) -> {})))
                .hasMessageContaining("two listeners with the id 'same'");
    }
}
