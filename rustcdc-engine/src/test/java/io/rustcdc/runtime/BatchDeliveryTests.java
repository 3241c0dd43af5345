package io.rustcdc.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.checkpoint.Checkpoint;
import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.delivery.BatchFailedException;
import io.rustcdc.delivery.BatchHandler;
import io.rustcdc.delivery.Listeners;
import io.rustcdc.delivery.RetryOptions;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.delivery.Subscription.AckMode;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.EngineState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Listeners that take what has arrived at once: all of it is acknowledged, or none. */
class BatchDeliveryTests extends RunnerFixture {

    private final List<List<Integer>> batches = new CopyOnWriteArrayList<>();
    private final List<Acknowledgment> acknowledgments = new CopyOnWriteArrayList<>();

    @Test
    void whatHasArrivedComesAtOnceAndInOrder() {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        log.commit(1);
        runner(options(), AckMode.AUTO, (BatchHandler) (events, acknowledgment) -> {
                    batches.add(idsOf(events));
                    called.countDown();
                    RecordingStore.awaitUninterrupted(go);
                })
                .start();
        RecordingStore.awaitUninterrupted(called);
        log.commit(3);
        log.commit(2);
        await().until(() -> runner.status().buffered() == 5);
        go.countDown();
        awaitSaved(log.end());
        assertThat(batches).containsExactly(ids(1, 1), ids(2, 6));
    }

    @Test
    void aBatchIsNeverLargerThanTheListenerWants() {
        log.commit(5);
        runner(options(), AckMode.AUTO, recordingBatches(2)).start();
        awaitSaved(log.end());
        assertThat(batches).containsExactly(List.of(1, 2), List.of(3, 4), List.of(5));
    }

    @Test
    void aListenerThatSaysNothingIsCalledWithAThousand() {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        log.commit(1);
        runner(large(), AckMode.AUTO, (BatchHandler) (events, acknowledgment) -> {
                    batches.add(idsOf(events));
                    called.countDown();
                    RecordingStore.awaitUninterrupted(go);
                })
                .start();
        RecordingStore.awaitUninterrupted(called);
        log.commit(2500);
        await().until(() -> runner.status().buffered() == 2500);
        go.countDown();
        awaitSaved(log.end());
        assertThat(batches).containsExactly(ids(1, 1), ids(2, 1001), ids(1002, 2001), ids(2002, 2501));
    }

    @Test
    void aListenerThatSaysNothingIsCalledWithWholeTransactionsWhereTheyAreKept() {
        log.commit(2500);
        runner(large().withTransactionBoundary(TransactionBoundary.PRESERVE), AckMode.AUTO, recordingBatches(0))
                .start();
        awaitSaved(log.end());
        assertThat(batches).containsExactly(ids(1, 2500));
    }

    private static EngineOptions large() {
        return options().withMaxEventsPerPoll(5000).withQueue(10_000, 100_000_000);
    }

    @Test
    void aListMayBeKept() {
        List<List<ChangeEvent<Row>>> kept = new CopyOnWriteArrayList<>();
        log.commit(2);
        runner(options(), AckMode.AUTO, (BatchHandler) (events, acknowledgment) -> kept.add(events))
                .start();
        awaitSaved(log.end());
        log.commit(1);
        awaitSaved(log.end());
        assertThat(kept.stream().map(BatchDeliveryTests::idsOf)).containsExactly(ids(1, 2), ids(3, 3));
    }

    @Test
    void nothingOfABatchIsSavedBeforeItsCallReturns() {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        log.commit(3);
        runner(options(), AckMode.AUTO, (BatchHandler) (events, acknowledgment) -> {
                    called.countDown();
                    RecordingStore.awaitUninterrupted(go);
                })
                .start();
        RecordingStore.awaitUninterrupted(called);
        assertThat(store.load().orElseThrow().offset()).isEqualTo(new LogOffset(0, 0));
        go.countDown();
        awaitSaved(log.end());
    }

    @Test
    @DisplayName("What a slow call has handled is saved before the next call, however much more has arrived")
    void savesBetweenSlowCalls() {
        log.commit(5);
        CountDownLatch never = new CountDownLatch(1);
        runner(options(), AckMode.AUTO, new BatchHandler() {
                    @Override
                    public void handle(List<ChangeEvent<Row>> events, Acknowledgment acknowledgment) throws Exception {
                        if (id(events.get(0)) == 3) {
                            assertThat(store.saves)
                                    .extracting(Checkpoint::offset)
                                    .contains(new LogOffset(0, 2));
                        }
                        assertThat(never.await(300, TimeUnit.MILLISECONDS)).isFalse();
                        batches.add(idsOf(events));
                    }

                    @Override
                    public int maxSize() {
                        return 2;
                    }
                })
                .start();
        awaitSaved(log.end());
        assertThat(batches).containsExactly(List.of(1, 2), List.of(3, 4), List.of(5));
    }

    @Test
    void aFailedBatchIsRepeatedAsAWhole() {
        AtomicInteger calls = new AtomicInteger();
        log.commit(3);
        runner(options(), AckMode.AUTO, (BatchHandler) (events, acknowledgment) -> {
                    batches.add(idsOf(events));
                    if (calls.incrementAndGet() == 1) {
                        throw new IllegalStateException("once");
                    }
                })
                .start();
        awaitSaved(log.end());
        assertThat(batches).containsExactly(ids(1, 3), ids(1, 3));
    }

    @Test
    @DisplayName("RT-R4: a batch that fails for good saves nothing of itself, and names the change that it says it was")
    void aBatchThatFailsForGoodNamesItsChangeAndSavesNothingOfIt() {
        runner(options(), AckMode.AUTO, (BatchHandler) (events, acknowledgment) -> {
                    batches.add(idsOf(events));
                    int bad = idsOf(events).indexOf(4);
                    if (bad >= 0) {
                        throw new BatchFailedException(bad, new IllegalArgumentException("value of a row"));
                    }
                })
                .start();
        log.commit(2);
        awaitSaved(log.end());
        log.commit(3);
        awaitFailed();
        assertThat(store.load().orElseThrow().offset()).isEqualTo(new LogOffset(1, 0));
        assertThat(failures.get(0))
                .hasMessageContaining("Listener 'listener' failed 2 time(s) for insert public.orders at "
                        + new LogOffset(1, 2).text())
                .hasMessageContaining("java.lang.IllegalArgumentException")
                .hasMessageNotContaining("value of a row");
        runner.start();
        awaitState(EngineState.FAILED);
        assertThat(batches.get(batches.size() - 1)).isEqualTo(ids(3, 5));
    }

    @Test
    void aManualBatchIsAcknowledgedAsAWholeAndLater() {
        log.commit(3);
        runner(options(), AckMode.MANUAL, (BatchHandler) (events, acknowledgment) -> {
                    batches.add(idsOf(events));
                    acknowledgments.add(acknowledgment);
                })
                .start();
        await().until(() -> acknowledgments.size() == 1);
        log.commit(1);
        await().until(() -> acknowledgments.size() == 2);
        acknowledgments.get(1).acknowledge();
        assertThat(store.load().orElseThrow().offset()).isEqualTo(new LogOffset(0, 0));
        acknowledgments.get(0).acknowledge();
        awaitSaved(log.end());
    }

    @Test
    void aChangeIsSavedWhenSingleAndBatchListenersHaveAcknowledgedIt() {
        List<Integer> single = new CopyOnWriteArrayList<>();
        Subscription one = Subscription.of("one", recordingBatches(Integer.MAX_VALUE));
        Subscription two = Subscription.of("two", recordingBatches(1));
        Subscription manual =
                new Subscription("manual", one.tables(), one.operations(), AckMode.MANUAL, (event, acknowledgment) -> {
                    single.add(id(event));
                    acknowledgments.add(acknowledgment);
                });
        log.commit(2);
        runner = new SourceRunner(
                log,
                store,
                Receivers.of(new Listeners(List.of(one, manual, two), null)),
                options(),
                EngineObserver.all(List.of()));
        runner.start();
        await().until(() -> batches.size() == 3 && acknowledgments.size() == 2);
        acknowledgments.get(1).acknowledge();
        assertThat(store.load().orElseThrow().offset()).isEqualTo(new LogOffset(0, 0));
        acknowledgments.get(0).acknowledge();
        awaitSaved(log.end());
        assertThat(single).isEqualTo(ids(1, 2));
        assertThat(batches).contains(ids(1, 2), ids(1, 1), ids(2, 2));
    }

    @Test
    void aStopBetweenTwoTriesOfABatchLeavesItForTheNextStart() {
        CountDownLatch failed = new CountDownLatch(1);
        log.commit(2);
        RetryOptions patient = new RetryOptions(5, Duration.ofMinutes(5), 1, Duration.ofMinutes(5));
        runner(options().withRetry(patient), AckMode.AUTO, (BatchHandler) (events, acknowledgment) -> {
                    batches.add(idsOf(events));
                    if (failed.getCount() > 0) {
                        failed.countDown();
                        throw new IllegalStateException("no");
                    }
                })
                .start();
        RecordingStore.awaitUninterrupted(failed);
        runner.stop();
        assertThat(store.load().orElseThrow().offset()).isEqualTo(new LogOffset(0, 0));
        assertThat(failures).isEmpty();
        runner.start();
        awaitSaved(log.end());
        assertThat(batches).containsExactly(ids(1, 2), ids(1, 2));
    }

    @Test
    @DisplayName("RT-23: a batch whose call does not return is a stall with its reason, and ends with it")
    void aStuckBatchStalls() {
        CountDownLatch go = new CountDownLatch(1);
        log.commit(3);
        runner(options().withStallThreshold(Duration.ofMillis(300)), AckMode.AUTO, (BatchHandler)
                        (events, acknowledgment) -> go.await())
                .start();
        awaitStalled("listeners have acknowledged nothing");
        go.countDown();
        await().until(() -> !runner.status().health().needsAttention());
    }

    @Test
    @DisplayName("RT-R5: a stop during the call of a batch lets it finish and saves it; a start repeats nothing")
    void aStopLetsTheRunningBatchFinish() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        log.commit(3);
        runner(options(), AckMode.AUTO, (BatchHandler) (events, acknowledgment) -> {
                    called.countDown();
                    go.await();
                    batches.add(idsOf(events));
                })
                .start();
        called.await();
        log.commit(1);
        Thread stopping = beginStop();
        go.countDown();
        stopping.join();
        int size = log.calls.size();
        assertThat(log.calls.subList(size - 2, size)).containsExactly("close", "release");
        runner.start();
        awaitSaved(log.end());
        assertThat(batches).containsExactly(ids(1, 3), ids(4, 4));
    }

    @Test
    @DisplayName("RT-24: reconnects repeat no batch that was acknowledged")
    void aReconnectRepeatsNoBatchThatWasAcknowledged() {
        runner(options(), AckMode.AUTO, recordingBatches(Integer.MAX_VALUE)).start();
        for (int i = 0; i < 5; i++) {
            log.commit(3);
            awaitSaved(log.end());
            log.cutConnection();
        }
        log.commit(1);
        awaitSaved(log.end());
        List<Integer> all = new ArrayList<>();
        batches.forEach(all::addAll);
        assertThat(all).isEqualTo(ids(1, 16));
    }

    @Test
    @DisplayName(
            "RT-16: what a listener took and then could not do is not acknowledged, and comes again after a restart")
    void aFailureAfterTheCallFailsTheSourceBehindWhatWasAcknowledged() {
        runner(options(), AckMode.MANUAL, (event, acknowledgment) -> {
                    delivered.add(id(event));
                    acknowledgments.add(acknowledgment);
                })
                .start();
        log.commit(3);
        await().until(() -> acknowledgments.size() == 3);
        acknowledgments.get(0).acknowledge();
        acknowledgments.get(1).fail(new IllegalStateException("value of a row"));
        acknowledgments.get(1).acknowledge();
        acknowledgments.get(2).acknowledge();
        awaitFailed();
        assertThat(store.load().orElseThrow().offset()).isEqualTo(new LogOffset(0, 1));
        assertThat(failures.get(0))
                .hasMessageContaining("insert public.orders at " + new LogOffset(0, 2).text())
                .hasMessageNotContaining("value of a row");
        acknowledgments.clear();
        runner.start();
        await().until(() -> acknowledgments.size() == 2);
        assertThat(delivered).containsExactly(1, 2, 3, 2, 3);
    }

    @Test
    void aFailureFromBeforeAReconnectHasNoEffect() {
        runner(options(), AckMode.MANUAL, (event, acknowledgment) -> {
                    delivered.add(id(event));
                    acknowledgments.add(acknowledgment);
                })
                .start();
        log.commit(1);
        await().until(() -> acknowledgments.size() == 1);
        log.cutConnection();
        await().until(() -> acknowledgments.size() == 2);
        acknowledgments.get(0).fail(new IllegalStateException("late"));
        acknowledgments.get(1).acknowledge();
        awaitSaved(log.end());
        assertThat(failures).isEmpty();
        assertThat(delivered).containsExactly(1, 1);
    }

    private BatchHandler recordingBatches(int size) {
        return new BatchHandler() {
            @Override
            public void handle(List<ChangeEvent<Row>> events, Acknowledgment acknowledgment) {
                batches.add(idsOf(events));
            }

            @Override
            public int maxSize() {
                return size;
            }
        };
    }

    private static List<Integer> idsOf(List<ChangeEvent<Row>> events) {
        return events.stream().map(RunnerFixture::id).toList();
    }
}
