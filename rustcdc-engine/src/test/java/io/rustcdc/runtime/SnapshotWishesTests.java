package io.rustcdc.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.rustcdc.checkpoint.Checkpoint;
import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.checkpoint.TableSnapshot.Phase;
import io.rustcdc.delivery.Subscription.AckMode;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Operation;
import io.rustcdc.event.TableId;
import io.rustcdc.observe.EngineState;
import io.rustcdc.observe.HealthVerdict;
import io.rustcdc.observe.HealthVerdict.Status;
import io.rustcdc.snapshot.RowTrouble;
import io.rustcdc.snapshot.SnapshotMode;
import io.rustcdc.snapshot.SnapshotOptions;
import io.rustcdc.snapshot.Snapshots;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.SourceException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What operators can do about rows: whether the source runs or not, from wherever they call, and what the health tells them. */
class SnapshotWishesTests extends RunnerFixture {

    private static final SnapshotTable ORDERS = table("orders");
    private static final SnapshotTable ITEMS = table("items");
    private static final Duration SHORT = Duration.ofMillis(200);

    private final List<Integer> reads = new CopyOnWriteArrayList<>();

    private static SnapshotTable table(String name) {
        return new SnapshotTable(new TableId("public", name), "1", List.of("id"), List.of("id"), 10);
    }

    private static EngineOptions mode(SnapshotMode mode) {
        return options().withSnapshot(new SnapshotOptions(mode, 2, 1, 0));
    }

    @BeforeEach
    void hasRows() {
        log.tables = List.of(ORDERS);
        log.commit(3);
        log.forget(); // they come as rows only: as changes, too, they would if the stream was there before the reading
    }

    private SourceRunner reading(EngineOptions options) {
        return runner(
                options,
                AckMode.AUTO,
                (event, acknowledgment) -> (event.operation() == Operation.READ ? reads : delivered).add(id(event)));
    }

    private SnapshotState saved() {
        return store.load().map(Checkpoint::snapshot).orElseThrow();
    }

    private void awaitSavedComplete() {
        await().until(() -> store.load()
                .map(Checkpoint::snapshot)
                .map(SnapshotState::isComplete)
                .orElse(false));
    }

    private static SourceException denied() {
        return SourceException.configuration("permission denied for table orders", "GRANT SELECT");
    }

    /** The source has failed, and its checkpoint says that the rows are still to be read. */
    private void failOverRows() {
        log.rowFailures.put(ORDERS.id(), () -> {
            await().until(() -> !store.saves.isEmpty()); // else it would be a start that was refused
            return denied();
        });
        reading(mode(SnapshotMode.INITIAL)).start();
        awaitState(EngineState.FAILED);
        assertThat(saved().pending()).hasSize(1);
    }

    @Test
    @DisplayName("a source that fails over the rows of a table goes on once they are not wanted any more")
    void whatCannotBeReadIsLeftOutUnderNever() {
        failOverRows();
        runner.stop();
        log.commit(1);
        reading(mode(SnapshotMode.NEVER)).start();
        awaitDelivered(1);
        awaitSavedComplete();
        assertThat(saved().tables())
                .singleElement()
                .satisfies(table -> assertThat(table.phase()).isEqualTo(Phase.SKIPPED));
        assertThat(runner.status().state()).isEqualTo(EngineState.STREAMING);
        assertThat(reads).isEmpty();
    }

    @Test
    void aStopIsSavedWhileTheSourceHasFailed() {
        failOverRows();
        SnapshotState stopped = runner.snapshots().stop().join();
        assertThat(stopped.isComplete()).isTrue();
        assertThat(saved()).isEqualTo(stopped);
        assertThat(runner.snapshots().state()).contains(stopped);
        assertThat(store.owners).as("leases that are held").hasValue(0);

        log.commit(1);
        runner.start();
        awaitDelivered(1);
        assertThat(runner.status().state()).isEqualTo(EngineState.STREAMING);
        assertThat(reads).isEmpty();
    }

    @Test
    void aPauseIsSavedWhileTheSourceIsStopped() {
        failOverRows();
        runner.stop();
        assertThat(runner.snapshots().pause().join().paused()).isTrue();
        assertThat(saved().paused()).isTrue();
        log.rowFailures.clear();
        runner.start();
        log.commit(1);
        awaitDelivered(1);
        assertThat(reads).isEmpty();
        runner.snapshots().resume().join();
        await().until(() -> reads.size() >= 3);
    }

    @Test
    void nothingIsChangedWhereNothingIsSavedOrTheConnectionIsAwaited() {
        reading(mode(SnapshotMode.INITIAL));
        assertThatExceptionOfType(CdcException.class)
                .isThrownBy(() -> runner.snapshots().stop())
                .satisfies(e -> assertThat(e.description()).contains("has saved nothing of snapshots"));
        assertThat(store.owners).hasValue(0);
        for (int i = 0; i < 1000; i++) {
            log.failNextOpen(() -> SourceException.transientFailure("refused", null));
        }
        runner.start();
        assertThatExceptionOfType(CdcException.class)
                .isThrownBy(() -> runner.snapshots().stop())
                .satisfies(e -> assertThat(e.action()).contains("stop it first"));
    }

    @Test
    void whatIsNoRequestIsRefusedAtOnce() {
        reading(mode(SnapshotMode.INITIAL)).start();
        Snapshots snapshots = runner.snapshots();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> snapshots.request(List.of(), null))
                .withMessageContaining("public.orders");
        assertThatIllegalArgumentException().isThrownBy(() -> snapshots.request(List.of(" "), null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> snapshots.request(List.of("public.orders"), " "))
                .withMessageContaining("blank");
        assertThatNullPointerException()
                .isThrownBy(() -> snapshots.request(Arrays.asList("public.orders", null), null));
        log.commit(1);
        awaitDelivered(1);
        assertThat(failures).isEmpty();
    }

    @Test
    void aListenerMayAskButNotWait() {
        AtomicReference<Throwable> refusal = new AtomicReference<>();
        AtomicReference<Throwable> dependentRefusal = new AtomicReference<>();
        AtomicReference<Thread> listener = new AtomicReference<>();
        CompletableFuture<Thread> dependent = new CompletableFuture<>();
        runner(mode(SnapshotMode.INITIAL), AckMode.AUTO, (event, acknowledgment) -> {
            if (event.operation() == Operation.READ) {
                reads.add(id(event));
                return;
            }
            listener.set(Thread.currentThread());
            CompletableFuture<SnapshotState> asked = runner.snapshots().request(List.of("public.orders"), null);
            refusal.set(catchThrowable(asked::join));
            dependentRefusal.set(catchThrowable(asked.thenApply(state -> state)::get));
            asked.thenRun(() -> dependent.complete(Thread.currentThread()));
            delivered.add(id(event));
        });
        runner.start();
        await().until(() -> reads.size() == 3);
        awaitSavedComplete();
        log.commit(1);
        awaitDelivered(1);
        assertThat(refusal.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("do not wait");
        assertThat(dependentRefusal.get()).isInstanceOf(IllegalStateException.class);
        await().until(() -> reads.size() == 7);
        assertThat(dependent).succeedsWithin(Duration.ofSeconds(10)).isNotEqualTo(listener.get());
    }

    @Test
    @DisplayName("a table that cannot be read for now does not keep the rows of the others back")
    void othersGoFirst() {
        log.tables = List.of(ORDERS, ITEMS);
        log.rowFailures.put(ORDERS.id(), () -> SourceException.transientFailure("statement timeout", null));
        reading(mode(SnapshotMode.INITIAL)).start();
        await().atMost(Duration.ofSeconds(20)).until(() -> reads.size() == 3);
        assertThat(saved().of(ORDERS.id()).orElseThrow().isPending()).isTrue();
        log.rowFailures.clear();
        await().atMost(Duration.ofSeconds(20)).until(() -> reads.size() == 6);
        awaitSavedComplete();
    }

    @Test
    @DisplayName("while the stream stands still for rows, nobody says that the connection answers no read")
    void aLongFirstLoadIsNoStall() {
        log.firstLoad = new CountDownLatch(1);
        reading(mode(SnapshotMode.INITIAL).withStallThreshold(SHORT)).start();
        awaitState(EngineState.SNAPSHOTTING);
        await().during(SHORT.multipliedBy(4))
                .atMost(Duration.ofSeconds(30))
                .until(() -> runner.status().health().status() != Status.STALLED);
        log.firstLoad.countDown();
        await().until(() -> reads.size() == 3);
    }

    @Test
    void theHealthNamesTheTableAndWhatFailed() {
        SourceException failure = new SourceException(
                FailureKind.TRANSIENT, "canceling statement due to statement timeout", "Raise it.", null);
        assertThat(SourceSnapshots.verdict(new RowTrouble(ORDERS.id(), Duration.ofSeconds(75), failure)))
                .isEqualTo(HealthVerdict.stalled(
                        "the rows of table 'public.orders' could not be read for 75 s: canceling statement due to statement timeout",
                        "Raise it."));
        HealthVerdict waiting = SourceSnapshots.verdict(new RowTrouble(null, Duration.ofMinutes(11), null));
        assertThat(waiting.status()).isEqualTo(Status.STALLED);
        assertThat(waiting.reason()).isEqualTo("rows have been waited for 660 s");
    }

    @Test
    void aStreamThatStandsStillForRowsIsNotTakenForOneThatHasNoRoom() {
        Vitals vitals = new Vitals(Duration.ZERO, new Counters());
        vitals.connected();
        vitals.waitingForRoom();
        assertThat(vitals.verdict(EngineState.STREAMING, null, Duration.ZERO).status())
                .isEqualTo(Status.IDLE);
        vitals.holdingForRows();
        HealthVerdict verdict = vitals.verdict(EngineState.STREAMING, null, Duration.ZERO);
        assertThat(verdict.reason()).contains("has answered no read");
        vitals.preparingRows();
        assertThat(vitals.verdict(EngineState.SNAPSHOTTING, null, Duration.ZERO).status())
                .isEqualTo(Status.HEALTHY);
    }
}
