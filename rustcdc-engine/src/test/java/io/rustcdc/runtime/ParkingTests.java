package io.rustcdc.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.rustcdc.deadletter.DeadLetter;
import io.rustcdc.deadletter.DeadLetter.State;
import io.rustcdc.deadletter.DeadLetterStore.Filter;
import io.rustcdc.delivery.ChangeHandler;
import io.rustcdc.delivery.FailurePolicy;
import io.rustcdc.delivery.FailurePolicy.Action;
import io.rustcdc.delivery.LaneOptions;
import io.rustcdc.delivery.Listeners;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.delivery.Subscription.AckMode;
import io.rustcdc.delivery.Subscription.Conduct;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Columns;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.observe.DeadLetterEvent;
import io.rustcdc.observe.DeadLetterEvent.Kind;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.EngineState;
import io.rustcdc.source.TableFilter;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a listener cannot handle is set aside, with all that comes behind it in its row. */
class ParkingTests extends DeadLetterFixture {

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void laterChangesOfTheRowWaitBehindTheOneThatFailed(int lanes) {
        poisoned.add(5);
        start(parking().withLanes(LaneOptions.of(lanes)));
        commitAndSave(40);
        assertThat(delivered).containsExactlyInAnyOrderElementsOf(numbersWithout(40, 5));
        assertThat(letters.numbers()).containsExactly(5, 15, 25, 35);
        DeadLetter first = letters.find(1).orElseThrow();
        assertThat(first.failure().attempts()).isEqualTo(2);
        assertThat(first.failure().error()).isEqualTo("java.lang.IllegalStateException: no 5");
        assertThat(letters.find(2).orElseThrow().failure()).isNull();
        assertThat(told)
                .extracting(DeadLetterEvent::kind)
                .containsExactly(Kind.PARKED, Kind.PARKED_BEHIND, Kind.PARKED_BEHIND, Kind.PARKED_BEHIND);
    }

    @Test
    void aLetterIsDurableBeforeItsChangeIsSaved() {
        poisoned.add(5);
        start(parking());
        commitAndSave(5);
        requireParkedBeforeSaved();
    }

    @Test
    void aRestartFindsTheRowsThatAreParked() {
        poisoned.add(5);
        start(parking());
        commitAndSave(10);
        runner.stop();
        poisoned.clear();
        start(parking());
        commitAndSave(10);
        assertThat(letters.numbers()).containsExactly(5, 15);
        assertThat(delivered).containsExactlyElementsOf(numbersWithout(20, 5));
    }

    /** A crash between the letter and the save. */
    @Test
    void whatIsDeliveredAgainIsParkedOnce() {
        poisoned.add(15);
        boundary = TransactionBoundary.PRESERVE;
        start(parking());
        failNextSave();
        log.commit(30);
        awaitState(EngineState.FAILED);
        assertThat(letters.numbers()).containsExactly(15, 25);
        start(parking());
        awaitSaved(log.end());
        assertThat(letters.numbers()).containsExactly(15, 25);
        assertThat(told).hasSize(2);
        assertThat(delivered.subList(28, delivered.size()))
                .as("what comes before the oldest letter of its row is delivered again, too")
                .containsExactlyElementsOf(
                        ids(1, 30).stream().filter(n -> n != 15 && n != 25).toList());
    }

    /** Delivered again after a crash, it had been handled before the oldest letter came: behind that one, it would be replayed too late. */
    @Test
    void aChangeFromBeforeTheOldestLetterThatFailsNowIsSkipped() {
        poisoned.add(15);
        boundary = TransactionBoundary.PRESERVE;
        start(parking());
        failNextSave();
        log.commit(20);
        awaitState(EngineState.FAILED);
        poisoned.add(5);
        start(parking());
        awaitSaved(log.end());
        assertThat(letters.numbers()).containsExactly(15);
        assertThat(told).extracting(DeadLetterEvent::kind).containsExactly(Kind.PARKED, Kind.SKIPPED);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aStoreThatFailsForNowIsAskedAgain(boolean before) {
        (before ? letters.before : letters.after).add(FailureKind.TRANSIENT);
        start(parking());
        commitAndSave(1);
        poisoned.add(5);
        (before ? letters.before : letters.after).add(FailureKind.TRANSIENT);
        commitAndSave(19);
        assertThat(letters.numbers()).containsExactly(5, 15);
        assertThat(delivered).containsExactlyElementsOf(numbersWithout(20, 5));
    }

    @Test
    void aFullStoreStopsTheSourceWithTheChangeThatFindsNoRoom() {
        RecordingLetters small = new RecordingLetters(2, log.calls);
        poisoned.add(5);
        runner = new SourceRunner(
                log,
                store,
                Receivers.of(new Listeners(List.of(parking()), null, small)),
                options(),
                new EngineObserver() {});
        runner.start();
        log.commit(30);
        awaitState(EngineState.FAILED);
        assertThat(runner.status().health().reason())
                .contains("cannot be kept up with update public.orders at 0+25")
                .contains("There are 2 dead letters in memory, and no more are kept");
        assertThat(runner.status().health().action())
                .contains("replay or discard")
                .contains("start the source again");
        small.remove(1);
        runner.start();
        awaitSaved(log.end());
        assertThat(small.numbers()).containsExactly(15, 25);
    }

    @Test
    void aTableWithoutAKeyStopsTheSource() {
        Columns keyless = Columns.of(List.of("id", "n"), List.of());
        log.shape = n -> change(Operation.INSERT).after(Row.of(keyless, Map.of("id", n, "n", n)));
        poisoned.add(2);
        start(parking());
        log.commit(3);
        awaitFailed();
        assertThat(failures.get(0)).hasMessageContaining("failed 2 time(s)").hasMessageContaining("it has no key");
        assertThat(letters.count()).isZero();
    }

    @Test
    void anErrorStopsTheSource() {
        start(listener(Action.PARK, (event, acknowledgment) -> {
            throw new NoClassDefFoundError("io/shop/Order");
        }));
        log.commit(1);
        awaitState(EngineState.FAILED);
        assertThat(letters.count()).isZero();
    }

    @Test
    void aChangeOfTheKeyParksBothKeys() {
        log.shape =
                n -> n == 5 ? change(Operation.UPDATE).before(row(5, 0), true).after(row(7, n)) : update(n % ROWS, n);
        poisoned.add(5);
        start(parking());
        commitAndSave(20);
        assertThat(letters.numbers()).containsExactly(5, 7, 15, 17);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void aTableThatIsEmptiedSupersedesItsLetters(int lanes) {
        log.shape = n -> n == 18 ? change(Operation.TRUNCATE) : update(n % ROWS, n);
        poisoned.addAll(List.of(5, 28));
        start(parking().withLanes(LaneOptions.of(lanes)));
        commitAndSave(35);
        assertThat(letters.list(new Filter(null, null, State.SUPERSEDED), 10, 0))
                .extracting(letter -> n(letter.event()))
                .containsExactly(5, 15);
        assertThat(letters.list(new Filter(null, null, State.PARKED), 10, 0))
                .extracting(letter -> n(letter.event()))
                .containsExactly(28);
        assertThat(delivered).contains(25, 35);
        assertThat(told)
                .filteredOn(event -> event.kind() == Kind.SUPERSEDED)
                .singleElement()
                .satisfies(event -> assertThat(event.changes()).isEqualTo(2));
    }

    @Test
    void whatWasSupersededAndFailsAgainAfterACrashIsParkedUntilTheTableIsEmptiedAgain() {
        log.shape = n -> n == 8 ? change(Operation.TRUNCATE) : update(n % ROWS, n);
        poisoned.add(5);
        boundary = TransactionBoundary.PRESERVE;
        start(parking());
        failNextSave();
        log.commit(10);
        awaitState(EngineState.FAILED);
        runner.start();
        awaitSaved(log.end());
        assertThat(letters.list(Filter.all(), 10, 0))
                .singleElement()
                .satisfies(letter -> assertThat(letter.state()).isEqualTo(State.SUPERSEDED));
        assertThat(told).filteredOn(event -> event.kind() == Kind.SUPERSEDED).hasSize(2);
    }

    @Test
    void aTruncateThatTheListenerCannotHandleStopsTheSource() {
        log.shape = n -> change(Operation.TRUNCATE);
        ChangeHandler handler = (event, acknowledgment) -> {
            throw new IllegalStateException("no");
        };
        Subscription all = new Subscription(
                "listener",
                TableFilter.all(),
                EnumSet.allOf(Operation.class),
                new Conduct(AckMode.AUTO, LaneOptions.one(), FailurePolicy.of(Action.PARK)),
                handler);
        start(all);
        log.commit(1);
        awaitFailed();
        assertThat(failures.get(0)).hasMessageContaining("it has no key");
    }

    /** The policy of a listener may change while it has letters: their rows still wait. */
    @Test
    void lettersKeepTheirRowsBackWhateverThePolicyIsNow() {
        poisoned.add(5);
        start(parking());
        commitAndSave(10);
        runner.stop();
        start(listener(Action.STOP));
        commitAndSave(10);
        assertThat(letters.numbers()).containsExactly(5, 15);
    }

    @Test
    void otherListenersGetWhatOneHasParked() {
        poisoned.add(5);
        List<Integer> others = new CopyOnWriteArrayList<>();
        start(parking(), Subscription.of("other", (event, acknowledgment) -> others.add(n(event))));
        commitAndSave(20);
        assertThat(others).containsExactlyElementsOf(ids(1, 20));
        assertThat(letters.numbers()).containsExactly(5, 15);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void aSkippedChangeCountsAsHandled(int lanes) {
        poisoned.add(5);
        start(listener(Action.SKIP).withLanes(LaneOptions.of(lanes)));
        commitAndSave(20);
        assertThat(delivered)
                .containsExactlyInAnyOrderElementsOf(
                        ids(1, 20).stream().filter(n -> n != 5).toList());
        assertThat(told).extracting(DeadLetterEvent::kind).containsExactly(Kind.SKIPPED);
        assertThat(letters.count()).isZero();
    }

    @Test
    void whatIsRefusedLaterIsSkippedToo() {
        ChangeHandler handler = (event, acknowledgment) -> CompletableFuture.runAsync(() -> {
            if (n(event) == 5) {
                acknowledgment.fail(new IllegalStateException("no"));
            } else {
                acknowledgment.acknowledge();
            }
        });
        Subscription one = listener(Action.SKIP, handler);
        start(new Subscription(
                one.id(),
                one.tables(),
                one.operations(),
                new Conduct(AckMode.MANUAL, LaneOptions.one(), one.policy()),
                handler));
        commitAndSave(20);
        assertThat(told).extracting(DeadLetterEvent::kind).containsExactly(Kind.SKIPPED);
    }

    @Test
    void exceptionsThatNoCallCanHelpAreNotRetried() {
        FailurePolicy policy =
                FailurePolicy.of(Action.PARK).withNotRetried(thrown -> thrown instanceof ArithmeticException);
        ChangeHandler handler = (event, acknowledgment) -> {
            delivered.add(n(event));
            throw n(event) == 1
                    ? new IllegalStateException(new ArithmeticException("no"))
                    : new IllegalStateException("no");
        };
        start(Subscription.of("listener", handler).withPolicy(policy));
        commitAndSave(2);
        assertThat(delivered).containsExactly(1, 2, 2);
        assertThat(letters.numbers()).containsExactly(1, 2);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        ChangeHandler nothing = (event, acknowledgment) -> {};
        refused("has no store of dead letters", () -> new Listeners(List.of(listener(Action.PARK, nothing)), null));
        refused("it acknowledges by itself", () -> {
            Subscription one = listener(Action.PARK, nothing);
            Conduct manual = new Conduct(AckMode.MANUAL, LaneOptions.one(), one.policy());
            return new Listeners(
                    List.of(new Subscription(one.id(), one.tables(), one.operations(), manual, nothing)),
                    null,
                    letters);
        });
        refused("something else than the row's key", () -> {
            LaneOptions other = new LaneOptions(2, ChangeEvent::table, Thread::new);
            return new Listeners(List.of(listener(Action.PARK, nothing).withLanes(other)), null, letters);
        });
    }

    private static void refused(String why, Supplier<Listeners> build) {
        assertThatIllegalArgumentException().isThrownBy(build::get).withMessageContaining(why);
    }
}
