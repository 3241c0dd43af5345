package io.rustcdc.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.rustcdc.checkpoint.Checkpoint;
import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.delivery.Subscription.AckMode;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Operation;
import io.rustcdc.observe.EngineState;
import io.rustcdc.snapshot.SnapshotMode;
import io.rustcdc.snapshot.SnapshotOptions;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.SourceException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Under {@code on-position-lost: resnapshot} a source that has lost its position goes on by itself and reads all rows again. */
class ResnapshotTests extends RunnerFixture {

    private static final String BY_SETTING = " by the setting on-position-lost: resnapshot";

    private final List<Integer> reads = new CopyOnWriteArrayList<>();
    private volatile boolean failing;

    private static EngineOptions resnapshot() {
        return options()
                .withSnapshot(new SnapshotOptions(SnapshotMode.INITIAL, 2, 1, 0))
                .withOnPositionLost(OnPositionLost.RESNAPSHOT);
    }

    @BeforeEach
    void hasOneTable() {
        log.tables = List.of(new SnapshotTable(LogSource.TABLE, "1", List.of("id"), List.of("id"), 10));
    }

    /** Three rows are delivered and saved; then the source is away while five come and are forgotten. */
    private void losePosition(EngineOptions options) {
        runner(options, AckMode.AUTO, (event, acknowledgment) -> {
            if (failing) {
                throw new IllegalStateException("not now");
            }
            (event.operation() == Operation.READ ? reads : delivered).add(id(event));
        });
        log.commit(3);
        runner.start();
        awaitRead(3);
        runner.stop();
        log.commit(5);
        log.forget();
    }

    private void awaitRead(int rows) {
        await().until(() -> reads.size() >= rows && isComplete());
    }

    private boolean isComplete() {
        return rows().map(SnapshotState::isComplete).orElse(false);
    }

    private java.util.Optional<SnapshotState> rows() {
        return store.load().map(Checkpoint::snapshot);
    }

    @Test
    void allRowsAreReadAgainBehindTheGap() {
        losePosition(resnapshot());
        assertThat(reads).containsExactly(1, 2, 3);
        SnapshotState before = rows().orElseThrow();
        runner.start();
        awaitRead(11);
        log.commit(1);
        awaitDelivered(4);

        assertThat(reads.subList(3, 11)).containsExactlyElementsOf(ids(1, 8));
        assertThat(delivered).containsExactly(1, 2, 3, 9);
        assertThat(gaps).containsExactly("1+0 to 2+0" + BY_SETTING);
        assertThat(rows().orElseThrow().generation()).isGreaterThan(before.generation());
        assertThat(failures).isEmpty();
        assertThat(states).doesNotContain(EngineState.FAILED);
    }

    @Test
    void whatIsToBeReadIsSavedInOneRecordWithTheNewStart() {
        losePosition(resnapshot());
        int before = store.saves.size();
        runner.start();
        awaitRead(11);
        Checkpoint first = store.saves.get(before);
        assertThat(first.offset()).isEqualTo(new LogOffset(2, 0));
        assertThat(first.snapshot().pending()).hasSize(1);
        assertThat(first.snapshot().recovering()).isTrue();
        assertThat(rows().orElseThrow().recovering()).isFalse();
    }

    @Test
    void aPositionLostWhileTheSourceRunsIsMendedInTheSameRun() {
        losePosition(resnapshot());
        runner.start();
        awaitRead(11);
        runner.pause();
        log.commit(4);
        await().until(() -> runner.status().buffered() == 4);
        log.forget();
        states.clear();
        log.cutConnection();
        await().until(() ->
                states.contains(EngineState.RECONNECTING) && runner.status().buffered() == 0);
        runner.resume();
        awaitRead(11 + 12);

        assertThat(reads.subList(11, 23)).containsExactlyElementsOf(ids(1, 12));
        assertThat(delivered)
                .as("what was read and not delivered is in the rows")
                .containsExactly(1, 2, 3);
        assertThat(gaps).hasSize(2).last().isEqualTo("2+0 to 3+0" + BY_SETTING);
        assertThat(failures).isEmpty();
    }

    @Test
    void aRunThatEndsBeforeTheNewStartIsSavedIsMendedByTheNext() {
        losePosition(resnapshot());
        Checkpoint before = store.load().orElseThrow();
        store.failures.add(FailureKind.TERMINAL);
        runner.start();
        awaitState(EngineState.FAILED);
        await().until(() -> store.owners.get() == 0);
        assertThat(store.load()).contains(before);
        assertThat(gaps).isEmpty();

        runner.start();
        awaitRead(11);
        assertThat(gaps).hasSize(1);
    }

    @Test
    void aRunThatEndsWhileTheRowsAreReadGoesOnInTheNext() {
        losePosition(resnapshot());
        failing = true;
        runner.start();
        awaitState(EngineState.FAILED);
        await().until(() -> store.owners.get() == 0);
        assertThat(rows().orElseThrow().recovering()).isTrue();
        assertThat(reads).hasSize(3);

        failing = false;
        runner.start();
        awaitRead(11);
        assertThat(reads.subList(3, 11)).containsExactlyElementsOf(ids(1, 8));
        assertThat(gaps).as("there was one").hasSize(1);
    }

    @Test
    void aPositionThatIsLostAgainBeforeTheRowsAreDeliveredFails() {
        losePosition(resnapshot());
        failing = true;
        runner.start();
        awaitState(EngineState.FAILED);
        await().until(() -> store.owners.get() == 0);
        log.commit(1);
        log.forget();

        failing = false;
        runner.start();
        CdcException failure = failures.get(failures.size() - 1);
        assertThat(failure.kind()).isEqualTo(FailureKind.POSITION_LOST);
        assertThat(failure.action()).contains("Accept the gap.", "max_slot_wal_keep_size");
        assertThat(reads).hasSize(3);

        runner.acceptGap("ada");
        awaitRead(3 + 9);
        assertThat(gaps).last().isEqualTo("2+0 to 3+0 by ada");
    }

    @Test
    void aNewStartThatIsLostAtOnceFails() {
        losePosition(resnapshot());
        runner.pause();
        log.failNextOpen(() -> SourceException.positionLost("the first is lost", "Accept the gap."));
        log.failNextOpen(() -> SourceException.positionLost("the second is lost", "Accept the gap."));
        runner.start();
        awaitFailed();
        assertThat(failures).singleElement().satisfies(failure -> {
            assertThat(failure.description()).isEqualTo("the second is lost");
            assertThat(failure.action()).contains("'on-position-lost' is resnapshot", "Accept the gap.");
        });
    }

    @Test
    void withoutTheSettingItFailsAndAnAcceptedGapReadsNothing() {
        losePosition(resnapshot().withOnPositionLost(OnPositionLost.FAIL));
        runner.start();
        assertThat(runner.status().state()).isEqualTo(EngineState.FAILED);
        runner.acceptGap("ada");
        log.commit(1);
        awaitDelivered(4);
        assertThat(reads).hasSize(3);
        assertThat(isComplete()).isTrue();
    }

    @Test
    void isRefusedWhereNoRowsAreRead() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        resnapshot().withSnapshot(SnapshotOptions.ofDefaults().withMode(SnapshotMode.NEVER)))
                .withMessageContaining("'on-position-lost' is resnapshot")
                .withMessageContaining("'snapshot.mode' is never");
    }
}
