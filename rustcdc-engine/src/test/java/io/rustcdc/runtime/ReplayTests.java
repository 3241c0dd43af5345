package io.rustcdc.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.rustcdc.deadletter.DeadLetterException;
import io.rustcdc.deadletter.DeadLetterStore.Filter;
import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.delivery.ChangeHandler;
import io.rustcdc.delivery.FailurePolicy.Action;
import io.rustcdc.delivery.LaneOptions;
import io.rustcdc.delivery.Listeners;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.delivery.Subscription.AckMode;
import io.rustcdc.delivery.Subscription.Conduct;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Operation;
import io.rustcdc.observe.DeadLetterEvent.Kind;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.EngineState;
import io.rustcdc.runtime.DeadLetters.Replayed;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators have done with dead letters, while the source goes on. */
class ReplayTests extends DeadLetterFixture {

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void aReplayDrainsTheLettersInOrderAndTheirRowsAreFree(int lanes) throws Exception {
        poison(40, 5);
        start(parking().withLanes(LaneOptions.of(lanes)));
        awaitSaved(log.end());
        poisoned.clear();
        delivered.clear();
        assertThat(get(letters().replay(Filter.all()))).isEqualTo(new Replayed(4, 0, 0));
        assertThat(delivered).containsExactly(5, 15, 25, 35);
        assertThat(letters.count()).isZero();
        commitAndSave(10);
        assertThat(delivered).contains(45);
        assertThat(told).filteredOn(event -> event.kind() == Kind.REPLAYED).hasSize(4);
    }

    @Test
    void aLetterThatFailsAgainHoldsItsRowBackAndNoOther() throws Exception {
        poison(30, 5, 7);
        start(parking());
        awaitSaved(log.end());
        poisoned.clear();
        poisoned.add(15);
        assertThat(get(letters().replay(Filter.all()))).isEqualTo(new Replayed(4, 1, 1));
        assertThat(letters.numbers()).containsExactly(15, 25);
        assertThat(letters.list(Filter.all(), 1, 0).get(0).failure().error()).contains("no 15");
        commitAndSave(10);
        assertThat(letters.numbers()).as("the row still waits").containsExactly(15, 25, 35);
    }

    @Test
    void aChosenRowIsReplayedAlone() throws Exception {
        poison(30, 5, 7);
        start(parking());
        awaitSaved(log.end());
        poisoned.clear();
        delivered.clear();
        long last = letters.list(Filter.all(), 10, 0).get(5).id();
        assertThat(get(letters().replay(last))).isEqualTo(new Replayed(3, 0, 0));
        assertThat(delivered).containsExactly(7, 17, 27);
        assertThat(letters.numbers()).containsExactly(5, 15, 25);
    }

    @Test
    void withARowComesTheOneThatItWasBefore() throws Exception {
        log.shape =
                n -> n == 12 ? change(Operation.UPDATE).before(row(5, 0), true).after(row(2, n)) : update(n % ROWS, n);
        poison(20, 5);
        start(parking());
        awaitSaved(log.end());
        assertThat(letters.numbers()).containsExactly(5, 12, 15);
        poisoned.clear();
        delivered.clear();
        assertThat(get(letters().replay(2))).isEqualTo(new Replayed(3, 0, 0));
        assertThat(delivered).containsExactly(5, 12, 15);
    }

    @Test
    void aListenerOrATableCanBeChosen() throws Exception {
        poison(20, 5);
        start(parking());
        awaitSaved(log.end());
        poisoned.clear();
        assertThat(get(letters().replay(new Filter("other", null, null)))).isEqualTo(new Replayed(0, 0, 0));
        assertThat(get(letters().replay(new Filter("listener", LogSource.TABLE, null))))
                .isEqualTo(new Replayed(2, 0, 0));
    }

    @Test
    void aLetterCanBeDiscardedWhereverItStands() throws Exception {
        poison(30, 5);
        start(parking());
        awaitSaved(log.end());
        assertThat(get(letters().discard(List.of(1L)))).isEqualTo(1);
        commitAndSave(10);
        assertThat(letters.numbers()).as("what stood behind it waits on").containsExactly(15, 25, 35);
        assertThat(get(letters().discard(List.of(2L, 3L, 4L)))).isEqualTo(3);
        commitAndSave(10);
        assertThat(delivered).contains(45).doesNotContain(5, 15, 25, 35);
        assertThat(told).filteredOn(event -> event.kind() == Kind.DISCARDED).hasSize(4);
        refused("no dead letter 99", () -> letters().discard(List.of(99L)));
    }

    @Test
    void isRefusedWhileTheSourceDoesNotCapture() {
        poison(10, 5);
        start(parking());
        awaitSaved(log.end());
        runner.pause();
        refused("it is PAUSED", () -> letters().replay(Filter.all()));
        runner.stop();
        refused("it is STOPPED", () -> letters().replay(1));
        assertThat(letters().count()).as("looking is always possible").isEqualTo(1);
    }

    @Test
    void isRefusedWithoutAStore() {
        runner = new SourceRunner(
                log, store, Receivers.of(new Listeners(List.of(), null)), options(), new EngineObserver() {});
        assertThat(letters().areKept()).isFalse();
        refused("keeps no dead letters", () -> letters().replay(Filter.all()));
    }

    @Test
    void aStopEndsAReplayAndWhatWasDoneStaysDone() throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        poison(30, 5);
        start(listener(Action.PARK, (event, acknowledgment) -> {
            if (n(event) == 15) {
                second.countDown();
                go.await();
            }
            handle(event);
        }));
        awaitSaved(log.end());
        poisoned.clear();
        CompletableFuture<Replayed> replay = letters().replay(Filter.all());
        second.await();
        Thread stop = beginStop();
        go.countDown();
        stop.join();
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> get(replay))
                .withMessageContaining("was stopped");
        assertThat(letters.numbers()).containsExactly(25);
    }

    /** As after a crash between the two: the letter is replayed again. */
    @Test
    void aLetterThatCannotBeRemovedStays() throws Exception {
        poison(20, 5);
        start(parking());
        awaitSaved(log.end());
        poisoned.clear();
        delivered.clear();
        letters.before.add(FailureKind.TERMINAL);
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> get(letters().replay(Filter.all())))
                .withCauseInstanceOf(DeadLetterException.class);
        assertThat(get(letters().replay(Filter.all()))).isEqualTo(new Replayed(2, 0, 0));
        assertThat(delivered).containsExactly(5, 5, 15);
        commitAndSave(10);
    }

    @Test
    void anErrorInAReplayStopsTheSource() {
        ChangeHandler handler = (event, acknowledgment) -> {
            if (n(event) == 5 && !poisoned.contains(5)) {
                throw new NoClassDefFoundError("io/shop/Order");
            }
            handle(event);
        };
        poison(10, 5);
        start(listener(Action.PARK, handler));
        awaitSaved(log.end());
        poisoned.clear();
        assertThat(letters().replay(Filter.all())).failsWithin(20, TimeUnit.SECONDS);
        awaitState(EngineState.FAILED);
        assertThat(letters.numbers()).containsExactly(5);
    }

    @Test
    void waitsUntilAllThatWasDeliveredIsAcknowledgedAndSaved() throws Exception {
        List<Acknowledgment> open = new CopyOnWriteArrayList<>();
        ChangeHandler slow = (event, acknowledgment) -> open.add(acknowledgment);
        Subscription other = listener(Action.STOP, slow);
        poison(10, 5);
        start(
                parking(),
                new Subscription(
                        "manual",
                        other.tables(),
                        other.operations(),
                        new Conduct(AckMode.MANUAL, LaneOptions.one()),
                        slow));
        await().until(() -> open.size() == 10);
        poisoned.clear();
        CompletableFuture<Replayed> replay = letters().replay(Filter.all());
        await().during(Duration.ofMillis(200)).until(() -> !replay.isDone() && letters.count() == 1);
        open.forEach(Acknowledgment::acknowledge);
        assertThat(get(replay)).isEqualTo(new Replayed(1, 0, 0));
        assertThat(log.calls).containsSubsequence("save 1+0", "remove 1");
    }

    /** Perhaps it acknowledges by the dozen, and waits for more. */
    @Test
    void waitsNoLongerThanAnythingMayStandStill() {
        ChangeHandler never = (event, acknowledgment) -> {};
        Subscription other = listener(Action.STOP, never);
        poison(10, 5);
        runner = new SourceRunner(
                log,
                store,
                Receivers.of(new Listeners(
                        List.of(
                                parking(),
                                new Subscription(
                                        "manual",
                                        other.tables(),
                                        other.operations(),
                                        new Conduct(AckMode.MANUAL, LaneOptions.one()),
                                        never)),
                        null,
                        letters)),
                options().withStallThreshold(Duration.ofMillis(100)),
                new EngineObserver() {});
        runner.start();
        await().until(() -> letters.count() == 1);
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> get(letters().replay(Filter.all())))
                .withMessageContaining("has not acknowledged");
        log.commit(10);
        awaitDelivered(18);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void underLoadEachRowKeepsItsOrder(int lanes) throws Exception {
        poisoned.addAll(List.of(5, 18));
        start(parking().withLanes(LaneOptions.of(lanes)));
        Thread load = new Thread(() -> {
            for (int i = 0; i < 200; i++) {
                log.commit(10);
                LockSupport.parkNanos(500_000);
            }
        });
        load.start();
        await().until(() -> letters.count() > 20);
        poisoned.clear();
        while (load.isAlive()) {
            get(letters().replay(Filter.all()));
        }
        load.join();
        awaitSaved(log.end());
        get(letters().replay(Filter.all()));
        assertThat(delivered).hasSize(2000);
        for (int row = 0; row < ROWS; row++) {
            int own = row;
            assertThat(delivered.stream().filter(n -> n % ROWS == own))
                    .hasSize(200)
                    .isSorted();
        }
        assertThat(letters.count()).isZero();
    }

    private void poison(int changes, Integer... numbers) {
        poisoned.addAll(List.of(numbers));
        log.commit(changes);
    }

    private DeadLetters letters() {
        return runner.deadLetters();
    }

    private static <T> T get(CompletableFuture<T> result) throws Exception {
        return result.get(20, TimeUnit.SECONDS);
    }

    private static void refused(String why, ThrowingCallable call) {
        assertThatExceptionOfType(CdcException.class).isThrownBy(call).withMessageContaining(why);
    }
}
