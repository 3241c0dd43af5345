package io.rustcdc.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.rustcdc.delivery.BatchHandler;
import io.rustcdc.delivery.ChangeHandler;
import io.rustcdc.delivery.DeliveryTransaction.Outcome;
import io.rustcdc.delivery.LaneOptions;
import io.rustcdc.delivery.Listeners;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Row;
import io.rustcdc.event.ValueDecodeException;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.EngineState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A listener that handles several changes at a time: in order per key, and only the contiguous prefix is saved. */
class LaneDeliveryTests extends RunnerFixture {

    private static final int LANES = 4;
    private static final int KEYS = 20;

    private final Map<Integer, List<Integer>> byKey = new ConcurrentHashMap<>();

    @Test
    void changesOfAKeyComeInOrderWhateverLanesDo() {
        Random pauses = new Random(7);
        long[] naps = pauses.longs(64, 0, 200_000).toArray();
        inLanes((event, acknowledgment) -> {
            LockSupport.parkNanos(naps[id(event) % naps.length]);
            takeDown(event);
        });
        for (int i = 0; i < 100; i++) {
            log.commit(20);
        }
        awaitSaved(log.end());
        assertEachOnceAndInOrder(2000);
    }

    @Test
    void aReconnectRepeatsNothingAndKeepsTheOrder() {
        inLanes((event, acknowledgment) -> {
            LockSupport.parkNanos(100_000);
            takeDown(event);
        });
        for (int i = 0; i < 10; i++) {
            log.commit(50);
            int wanted = 50 * i + 10;
            await().until(() -> delivered.size() >= wanted);
            log.cutConnection();
        }
        awaitSaved(log.end());
        assertEachOnceAndInOrder(500);
    }

    @Test
    void aStopDoesWhatIsOlderThanSomethingBegunAndNothingIsDeliveredAgain() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        inLanes((event, acknowledgment) -> {
            if (id(event) == 1 || id(event) > 100) {
                RecordingStore.awaitUninterrupted(go);
            }
            takeDown(event);
        });
        log.commit(500);
        await().until(() -> delivered.size() >= 100 / LANES);
        Thread stop = beginStop();
        go.countDown();
        stop.join();
        assertThat(delivered).hasSizeLessThan(500).contains(1);
        runner.start();
        awaitSaved(log.end());
        assertEachOnceAndInOrder(500);
    }

    @Test
    void aSlowKeyStopsNoOtherAndNothingBehindItIsSaved() {
        CountDownLatch go = new CountDownLatch(1);
        inLanes((event, acknowledgment) -> {
            if (id(event) == 1) {
                RecordingStore.awaitUninterrupted(go);
            }
            takeDown(event);
        });
        log.commit(200);
        await().until(() -> delivered.size() >= 200 / LANES);
        assertThat(delivered).doesNotContain(1);
        assertThat(store.load().orElseThrow().offset()).isEqualTo(new LogOffset(0, 0));
        go.countDown();
        awaitSaved(log.end());
        assertEachOnceAndInOrder(200);
    }

    @Test
    void nothingOfAKeyIsDeliveredBehindAFailureAndTheRestOfTheOthersIsSaved() {
        AtomicBoolean broken = new AtomicBoolean(true);
        inLanes((event, acknowledgment) -> {
            if (broken.get() && id(event) == 57) {
                throw new IllegalStateException("no");
            }
            takeDown(event);
        });
        log.commit(200);
        awaitFailed();
        assertThat(byKey.get(57 % KEYS)).containsExactly(17, 37);
        assertThat(delivered).containsAll(ids(1, 56)).doesNotContain(57);
        assertThat(store.load().orElseThrow().offset()).isEqualTo(new LogOffset(0, 56));
        assertThat(failures.get(0)).hasMessageContaining("failed 2 time(s)");
        broken.set(false);
        runner.start();
        awaitSaved(log.end());
        assertThat(delivered).containsAll(ids(1, 200));
        assertThat(byKey.get(57 % KEYS).stream().distinct()).isSorted();
    }

    @Test
    void aPauseHoldsAllLanes() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        inLanes((event, acknowledgment) -> {
            begun.countDown();
            RecordingStore.awaitUninterrupted(go);
            takeDown(event);
        });
        log.commit(100);
        RecordingStore.awaitUninterrupted(begun);
        await().until(() -> runner.status().inFlight() == 100);
        runner.pause();
        go.countDown();
        await().during(Duration.ofMillis(100)).until(() -> delivered.size() <= LANES);
        runner.resume();
        awaitSaved(log.end());
        assertEachOnceAndInOrder(100);
    }

    @Test
    void aListenerThatHangsIsInterruptedWhenTheStopHasNoMorePatience() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        inLanes(options().withShutdownTimeout(Duration.ofMillis(50)), (event, acknowledgment) -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
        });
        log.commit(3);
        RecordingStore.awaitUninterrupted(begun);
        runner.stop();
        await().until(() -> interrupted.getCount() == 0);
        awaitState(EngineState.STOPPED);
        assertThat(store.load().orElseThrow().offset()).isEqualTo(new LogOffset(0, 0));
    }

    @Test
    void batchesAreOfOneLane() throws Exception {
        List<List<Integer>> batches = new CopyOnWriteArrayList<>();
        inLanes((BatchHandler) (events, acknowledgment) -> {
            batches.add(new ArrayList<>(events.stream().map(RunnerFixture::id).toList()));
            events.forEach(this::takeDown);
        });
        for (int i = 0; i < 20; i++) {
            log.commit(50);
        }
        awaitSaved(log.end());
        assertEachOnceAndInOrder(1000);
        assertThat(batches)
                .hasSizeLessThan(1000)
                .allSatisfy(batch -> assertThat(batch).isSorted());
    }

    @Test
    void aTransactionIsNotForLanes() {
        Subscription listener =
                Subscription.of("shop", (event, acknowledgment) -> {}).withLanes(LaneOptions.of(2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Listeners(List.of(listener), work -> Outcome.COMMITTED))
                .withMessageContaining("has 2 lanes");
        assertThatIllegalArgumentException().isThrownBy(() -> LaneOptions.of(0));
    }

    @Test
    @DisplayName(
            "A key that cannot be read stops the source with the listener, the change and the column, and it goes on with it")
    void aKeyThatCannotBeReadNamesTheListenerAndTheChange() {
        AtomicBoolean broken = new AtomicBoolean(true);
        inLanes(options(), (event, acknowledgment) -> takeDown(event), event -> {
            if (id(event) == 3 && broken.get()) {
                throw new ValueDecodeException("id", "int4", new NumberFormatException("4111"));
            }
            return id(event) % KEYS;
        });
        log.commit(5);
        awaitFailed();
        assertThat(failures).singleElement().satisfies(failure -> {
            assertThat(failure.description())
                    .contains("Listener 'listener'", "public.orders at ", "Column 'id' could not be decoded as int4")
                    .doesNotContain("4111")
                    .doesNotContainIgnoringCase("unexpected");
            assertThat(failure.action()).contains("continues with this change");
        });
        assertThat(delivered).isSubsetOf(1, 2);
        broken.set(false);
        runner.start();
        awaitSaved(log.end());
        assertEachOnceAndInOrder(5);
    }

    private void inLanes(ChangeHandler handler) {
        inLanes(options(), handler);
    }

    private void inLanes(EngineOptions options, ChangeHandler handler) {
        inLanes(options, handler, event -> id(event) % KEYS);
    }

    private void inLanes(EngineOptions options, ChangeHandler handler, Function<ChangeEvent<Row>, Object> key) {
        Subscription listener =
                Subscription.of("listener", handler).withLanes(new LaneOptions(LANES, key, Thread::new));
        EngineObserver observer = new EngineObserver() {
            @Override
            public void failed(EventSource source, CdcException failure) {
                failures.add(failure);
            }
        };
        runner = new SourceRunner(log, store, Receivers.of(new Listeners(List.of(listener), null)), options, observer);
        runner.start();
    }

    private void takeDown(ChangeEvent<Row> event) {
        delivered.add(id(event));
        byKey.computeIfAbsent(id(event) % KEYS, key -> new CopyOnWriteArrayList<>())
                .add(id(event));
    }

    private void assertEachOnceAndInOrder(int rows) {
        assertThat(delivered).hasSize(rows).containsAll(ids(1, rows));
        assertThat(byKey.values()).allSatisfy(ids -> assertThat(ids).isSorted());
    }
}
