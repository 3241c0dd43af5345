package io.rustcdc.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.rustcdc.deadletter.DeadLetter;
import io.rustcdc.deadletter.DeadLetter.State;
import io.rustcdc.deadletter.DeadLetterStore.Filter;
import io.rustcdc.delivery.Listeners;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.Columns;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.observe.EngineState;
import io.rustcdc.runtime.DeadLetters.Replayed;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What transforms fail for becomes dead letters, and the source goes on. Transforms add 1000 to the number. */
class SkippedLettersTests extends DeadLetterFixture {

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("RT-17 a change that a transform fails for is a dead letter as the database sent it; its row goes on")
    void whatATransformFailsForIsALetter(boolean lanes) {
        breakTransform(Set.of(5));
        start(lanes ? inLanes() : parking());
        commitAndSave(30);
        assertThat(delivered)
                .containsExactlyInAnyOrderElementsOf(
                        ids(1001, 1030).stream().filter(n -> n != 1005).toList());
        DeadLetter letter = letters.find(1).orElseThrow();
        assertThat(letters.numbers()).containsExactly(5);
        assertThat(letter.listener()).isEqualTo("transform:mine");
        assertThat(letter.state()).isEqualTo(State.SKIPPED);
        assertThat(letter.failure().error()).isEqualTo("java.lang.IllegalStateException: no 5");
        assertThat(letters.parked()).isEmpty();
        requireParkedBeforeSaved();
        assertThat(transformFailures).containsExactly("skipped mine");
        assertThat(told).isEmpty();
    }

    @Test
    @DisplayName("A crash between the letter and the save leaves one letter, which is told once")
    void whatComesAgainIsKeptOnce() {
        breakTransform(Set.of(5, 15));
        boundary = TransactionBoundary.PRESERVE;
        start(parking());
        failNextSave();
        log.commit(20);
        awaitState(EngineState.FAILED);
        assertThat(letters.numbers()).containsExactly(5, 15);
        start(parking());
        awaitSaved(log.end());
        assertThat(letters.numbers()).containsExactly(5, 15);
        assertThat(transformFailures).containsExactly("skipped mine", "skipped mine");
        assertThat(delivered).doesNotContain(1005, 1015).contains(1004, 1016);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aStoreThatFailsForNowIsAskedAgain(boolean before) {
        breakTransform(Set.of(5));
        start(parking());
        commitAndSave(1);
        (before ? letters.before : letters.after).add(FailureKind.TRANSIENT);
        commitAndSave(19);
        assertThat(letters.numbers()).containsExactly(5);
        assertThat(delivered).hasSize(19);
        assertThat(failures).isEmpty();
    }

    @Test
    void aFullStoreStopsTheSourceWithTheChangeThatFindsNoRoom() {
        breakTransform(Set.of(5, 6));
        RecordingLetters small = new RecordingLetters(1, log.calls);
        runner = runnerOf(store, new Listeners(List.of(parking()), null, small));
        runner.start();
        log.commit(10);
        awaitState(EngineState.FAILED);
        assertThat(runner.status().health().reason())
                .contains("Transform 'mine' failed", "at 0+6", "could not be set aside", "There are 1 dead letters");
        assertThat(delivered).containsExactly(1001, 1002, 1003, 1004);
        assertThat(transformFailures).containsExactly("skipped mine", "failed mine");
        small.remove(1);
        runner.start();
        awaitSaved(log.end());
        assertThat(small.numbers()).containsExactly(6);
        assertThat(delivered).hasSize(8);
    }

    @Test
    @DisplayName(
            "A replay leaves such letters alone, and refuses them by id: later changes of the row have been delivered")
    void aReplayIsRefused() throws Exception {
        breakTransform(Set.of(5));
        poisoned.add(1007);
        start(parking());
        commitAndSave(20);
        poisoned.clear();
        assertThatExceptionOfType(CdcException.class)
                .isThrownBy(() -> runner.deadLetters().replay(1))
                .satisfies(refused -> {
                    assertThat(refused.description())
                            .contains("cannot be replayed", "transform:mine", "later changes of its row");
                    assertThat(refused.action()).contains("request a snapshot of public.orders", "discard");
                });
        assertThat(runner.deadLetters().replay(Filter.all()).get(20, TimeUnit.SECONDS))
                .isEqualTo(new Replayed(2, 0, 0));
        assertThat(letters.numbers()).containsExactly(5);
        assertThat(delivered).endsWith(1007, 1017);
        assertThat(runner.deadLetters().discard(List.of(1L)).get(20, TimeUnit.SECONDS))
                .isEqualTo(1);
        assertThat(letters.count()).isZero();
    }

    @Test
    void changesOfATableWithoutAKeyAreLettersToo() {
        log.shape = n -> change(Operation.INSERT)
                .after(Row.of(Columns.of(List.of("id", "n"), List.of()), Map.of("id", n, "n", n)));
        breakTransform(Set.of(2, 3));
        start(parking());
        commitAndSave(4);
        assertThat(letters.numbers()).containsExactly(2, 3);
        assertThat(letters.find(1).orElseThrow().rows()).isEmpty();
        assertThat(delivered).containsExactly(1001, 1004);
    }

    @Test
    void aStopWhileTheStoreIsAwayGivesTheChangeUpForNow() {
        breakTransform(Set.of(5));
        start(parking());
        commitAndSave(1);
        for (int i = 0; i < 1000; i++) {
            letters.before.add(FailureKind.TRANSIENT);
        }
        log.commit(9);
        await().atMost(Duration.ofSeconds(20)).until(() -> letters.before.size() < 1000);
        runner.stop();
        letters.before.clear();
        assertThat(letters.count()).isZero();
        start(parking());
        awaitSaved(log.end());
        assertThat(letters.numbers()).containsExactly(5);
        assertThat(delivered)
                .containsExactlyElementsOf(
                        ids(1001, 1010).stream().filter(n -> n != 1005).toList());
        assertThat(transformFailures).containsExactly("skipped mine");
    }

    @Test
    void nobodyToKeepThemIsRefused() {
        breakTransform(Set.of());
        Listeners listeners = new Listeners(List.of(), null);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Receivers(transforms, listeners))
                .withMessageContaining("there is no store of dead letters");
    }

    @Test
    void noListenerMayHaveTheNameOfATransform() {
        Subscription named = Subscription.of("transform:mine", (event, acknowledgment) -> {});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Listeners(List.of(named), null))
                .withMessageContaining("does not begin with 'transform:'");
    }
}
