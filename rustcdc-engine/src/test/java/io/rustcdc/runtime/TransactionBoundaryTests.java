package io.rustcdc.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.checkpoint.Checkpoint;
import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.delivery.BatchHandler;
import io.rustcdc.delivery.Listeners;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.delivery.Subscription.AckMode;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Row;
import io.rustcdc.event.SourceWarning;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.EngineState;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.TableFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches that end where transactions of the source do. */
class TransactionBoundaryTests extends RunnerFixture {

    private final List<List<Integer>> batches = new CopyOnWriteArrayList<>();
    private final List<SourceWarning> warnings = new CopyOnWriteArrayList<>();
    private final List<Acknowledgment> acknowledgments = new CopyOnWriteArrayList<>();

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("RT-07: a transaction that arrives in two reads is delivered whole, once its end has come")
    void aTransactionThatArrivesInTwoReadsIsDeliveredWhole(boolean marksLast) {
        log.marksLast = marksLast;
        log.sendUpTo(4);
        start(preserving());
        log.commit(5);
        await().until(() -> log.rowsRead.get() == 3 && runner.status().buffered() == 0);
        assertThat(batches).isEmpty();
        log.sendUpTo(marksLast ? 6 : Integer.MAX_VALUE);
        await().until(() -> !batches.isEmpty());
        assertThat(batches).containsExactly(ids(1, 5));
        log.sendUpTo(Integer.MAX_VALUE);
        awaitSaved(log.end());
        assertThat(savedInside()).isEmpty();
        assertThat(warnings).isEmpty();
    }

    @Test
    @DisplayName(
            "RT-07: without proof of its end a transaction is not delivered, although all of its changes have arrived")
    void whatMayGoOnIsHeldBack() {
        log.marksLast = false;
        log.sendUpTo(4);
        start(preserving());
        log.commit(3);
        await().until(() -> log.rowsRead.get() == 3 && runner.status().buffered() == 0);
        assertThat(batches).isEmpty();
        log.sendUpTo(Integer.MAX_VALUE);
        awaitSaved(log.end());
        assertThat(batches).containsExactly(ids(1, 3));
    }

    @Test
    @DisplayName("RT-08: while all that has arrived is held back, the source is read")
    void theSourceIsReadWhileAllIsHeldBack() {
        log.sendUpTo(2);
        start(preserving().withQueue(50, 1 << 20));
        log.commit(40);
        for (int row = 2; row <= 40; row++) {
            int read = row - 1;
            await().until(() -> log.rowsRead.get() == read);
            log.sendUpTo(row + 1);
        }
        log.sendUpTo(Integer.MAX_VALUE);
        awaitSaved(log.end());
        assertThat(batches).containsExactly(ids(1, 40));
        assertThat(warnings).isEmpty();
    }

    @Test
    @DisplayName("RT-09: a transaction larger than a batch is split with one warning, and the next one is whole again")
    void aTransactionLargerThanABatchIsSplit() {
        start(preserving().withMaxEventsPerPoll(10));
        log.commit(35);
        log.commit(4);
        log.commit(7);
        awaitSaved(log.end());
        assertThat(batches).startsWith(ids(1, 10), ids(11, 20), ids(21, 30)).contains(ids(40, 46));
        assertThat(inOrder()).isEqualTo(ids(1, 46));
        assertThat(warnings).singleElement().satisfies(warning -> {
            assertThat(warning.code()).isEqualTo("transaction_split");
            assertThat(warning.text()).contains("transaction 0 ").contains("'max-events-per-poll' is 10");
            assertThat(warning.action()).contains("'max-events-per-poll'");
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("RT-09: a transaction larger than the queue is split with one warning, not stalled")
    void aTransactionLargerThanTheQueueIsSplit(boolean bytes) {
        start(bytes ? preserving().withQueue(32_768, 1000) : preserving().withQueue(10, 1 << 20));
        log.commit(35);
        log.commit(4);
        awaitSaved(log.end());
        assertThat(inOrder()).isEqualTo(ids(1, 39));
        assertThat(warnings).singleElement().satisfies(warning -> {
            assertThat(warning.text()).contains("transaction 0 ").contains("queue.max-bytes");
        });
    }

    @Test
    void aTransactionAsLargeAsABatchIsNotSplit() {
        log.marksLast = false;
        start(preserving().withMaxEventsPerPoll(10));
        log.commit(10);
        log.commit(10);
        awaitSaved(log.end());
        assertThat(batches).containsExactly(ids(1, 10), ids(11, 20));
        assertThat(warnings).isEmpty();
    }

    @Test
    void noBatchEndsInsideATransactionAndNoneIsTooLarge() {
        for (int i = 0; i < 60; i++) {
            log.commit(1 + i % 9);
        }
        start(preserving().withMaxEventsPerPoll(10).withQueue(25, 1 << 20));
        awaitSaved(log.end());
        assertThat(inOrder()).isEqualTo(ids(1, inOrder().size()));
        assertThat(batches).allSatisfy(batch -> assertThat(batch).hasSizeLessThanOrEqualTo(10));
        int end = 0;
        List<Integer> ends = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            end += 1 + i % 9;
            ends.add(end);
        }
        assertThat(batches).allSatisfy(batch -> assertThat(ends).contains(batch.get(batch.size() - 1)));
        assertThat(savedInside()).isEmpty();
        assertThat(warnings).isEmpty();
    }

    @Test
    void aPauseWaitsForTheEndOfTheTransactionAndASlowListenerToo() {
        log.commit(6);
        runner(preserving(), AckMode.AUTO, (event, acknowledgment) -> {
                    if (id(event) == 2) {
                        runner.pause();
                        assertThat(new CountDownLatch(1).await(300, TimeUnit.MILLISECONDS))
                                .isFalse();
                    }
                    delivered.add(id(event));
                })
                .start();
        awaitSaved(new LogOffset(0, 6));
        assertThat(delivered).isEqualTo(ids(1, 6));
        assertThat(savedInside()).isEmpty();
        runner.resume();
        awaitSaved(log.end());
    }

    @Test
    @DisplayName("RT-R6: what is held back when the connection is lost is delivered once and whole")
    void whatIsHeldBackComesOnceAfterALostConnection() {
        log.sendUpTo(4);
        start(preserving());
        log.commit(5);
        await().until(() -> log.rowsRead.get() == 3 && runner.status().buffered() == 0);
        log.cutConnection();
        await().until(() -> log.calls.stream().filter("open"::equals).count() == 2);
        log.sendUpTo(Integer.MAX_VALUE);
        awaitSaved(log.end());
        assertThat(batches).containsExactly(ids(1, 5));
    }

    @Test
    @DisplayName("PG-R4: the position behind a transaction is not saved while its changes are held back")
    void nothingBehindAHeldTransactionIsSaved() {
        log.sendUpTo(4);
        start(preserving());
        log.commit(5);
        await().until(() -> log.rowsRead.get() == 3 && runner.status().buffered() == 0);
        runner.stop();
        assertThat(batches).isEmpty();
        assertThat(store.load().orElseThrow().offset()).isEqualTo(new LogOffset(0, 0));
        log.sendUpTo(Integer.MAX_VALUE);
        runner.start();
        awaitSaved(log.end());
        assertThat(batches).containsExactly(ids(1, 5));
    }

    @Test
    @DisplayName(
            "A stop cuts a transaction off: a batch listener gets nothing of it, and all of it after the next start")
    void aStopHandsNoPartOfATransactionToABatch() {
        AtomicBoolean stopping = new AtomicBoolean();
        Subscription single = Subscription.of("single", (event, acknowledgment) -> {
            delivered.add(id(event));
            if (id(event) == 3 && stopping.compareAndSet(false, true)) {
                runner.stop();
            }
        });
        start(preserving(), List.of(single, batching(AckMode.AUTO)));
        log.commit(5);
        awaitState(EngineState.STOPPED);
        assertThat(delivered).isEqualTo(ids(1, 3));
        assertThat(batches).isEmpty();
        runner.start();
        awaitSaved(log.end());
        assertThat(batches).containsExactly(ids(1, 5));
    }

    @Test
    void aListenerThatAcknowledgesLateKeepsNoTransactionFromArriving() {
        start(preserving().withQueue(10, 1 << 20).withStallThreshold(Duration.ofMillis(50)), AckMode.MANUAL);
        log.commit(6);
        log.commit(6);
        await().until(() -> inOrder().size() >= 10);
        assertThat(batches.get(0)).isEqualTo(ids(1, 6));
        assertThat(warnings).hasSize(1);
        acknowledgments.forEach(Acknowledgment::acknowledge);
        await().until(() -> inOrder().size() == 12);
        acknowledgments.forEach(Acknowledgment::acknowledge);
        awaitSaved(log.end());
    }

    @Test
    void rowsThatExistAlreadyComeAsEver() {
        log.commit(60);
        log.forget();
        log.tables = List.of(new SnapshotTable(LogSource.TABLE, "1", List.of("id"), List.of("id"), 60));
        start(preserving().withMaxEventsPerPoll(10).withQueue(20, 1 << 20));
        await().atMost(Duration.ofSeconds(20)).until(() -> inOrder().size() == 60);
        log.commit(3);
        awaitSaved(log.end());
        assertThat(inOrder()).isEqualTo(ids(1, 63));
        assertThat(batches).allSatisfy(batch -> assertThat(batch).hasSizeLessThanOrEqualTo(10));
        assertThat(warnings).isEmpty();
    }

    @Test
    @DisplayName("Without it a batch is what has arrived")
    void unlessSetABatchIsWhatHasArrived() {
        log.sendUpTo(4);
        start(options());
        log.commit(5);
        await().until(() -> batches.size() == 1);
        log.sendUpTo(Integer.MAX_VALUE);
        awaitSaved(log.end());
        assertThat(batches).containsExactly(ids(1, 3), ids(4, 5));
    }

    private static EngineOptions preserving() {
        return options().withTransactionBoundary(TransactionBoundary.PRESERVE);
    }

    private void start(EngineOptions options) {
        start(options, AckMode.AUTO);
    }

    private void start(EngineOptions options, AckMode mode) {
        start(options, List.of(batching(mode)));
    }

    private Subscription batching(AckMode mode) {
        BatchHandler handler = (events, acknowledgment) -> {
            acknowledgments.add(acknowledgment);
            batches.add(events.stream().map(TransactionBoundaryTests::number).toList());
        };
        return new Subscription(
                "listener", TableFilter.all(), Subscription.of("x", handler).operations(), mode, handler);
    }

    private void start(EngineOptions options, List<Subscription> listeners) {
        EngineObserver observer = new EngineObserver() {
            @Override
            public void warned(EventSource source, SourceWarning warning) {
                warnings.add(warning);
            }
        };
        runner = new SourceRunner(
                log, store, new Receivers(transforms, new Listeners(listeners, null)), options, observer);
        runner.start();
    }

    private static int number(ChangeEvent<Row> event) {
        return id(event);
    }

    private List<Integer> inOrder() {
        return batches.stream().flatMap(List::stream).toList();
    }

    private List<LogOffset> savedInside() {
        return store.saves.stream()
                .map(Checkpoint::offset)
                .map(LogOffset.class::cast)
                .filter(log::isInside)
                .toList();
    }
}
