package io.rustcdc.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rustcdc.delivery.Listeners;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.JoinedTable;
import io.rustcdc.event.LogRetention;
import io.rustcdc.event.LogRetention.Safety;
import io.rustcdc.event.SourceWarning;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.EngineState;
import io.rustcdc.observe.HealthVerdict;
import io.rustcdc.observe.HealthVerdict.Status;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceInspection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The looks at a source from outside: when they are taken, what becomes of them, and that they harm nothing. */
class SourceWatchTests {

    private static final long MB = 1 << 20;
    private static final LogWatchOptions OFTEN =
            LogWatchOptions.of(10 * MB, 100 * MB).withInterval(Duration.ofMillis(5));

    private final LogSource log = new LogSource();
    private final RecordingStore store = new RecordingStore(log.calls);
    private final List<SourceWarning> warned = new CopyOnWriteArrayList<>();
    private final List<JoinedTable> joined = new CopyOnWriteArrayList<>();
    private final List<Long> measured = new CopyOnWriteArrayList<>();
    private final List<Status> verdicts = new CopyOnWriteArrayList<>();
    private final List<Integer> delivered = new CopyOnWriteArrayList<>();
    private SourceRunner runner = runner(OFTEN);

    @AfterEach
    void stop() {
        runner.stop();
    }

    @Test
    @DisplayName("PG-12: before the first measurement there is no figure, not 0")
    void nothingIsKnownBeforeTheFirstMeasurement() {
        CountDownLatch measuring = new CountDownLatch(1);
        log.look = () -> {
            awaitOpen(measuring);
            return kept(3 * MB, Safety.SAFE);
        };
        assertThat(runner.status().log()).isNull();
        runner.start();
        await().until(() -> log.looks.get() > 0);
        assertThat(runner.status().log()).isNull();
        measuring.countDown();
        await().until(() -> runner.status().log() != null);
        assertThat(runner.status().log().retainedBytes()).isEqualTo(3 * MB);
    }

    @Test
    @DisplayName("PG-12: measured while the listener is behind, the source paused, reconnecting or failed")
    void looksInEveryStateButStopped() {
        runner.start();
        awaitLook();
        runner.pause();
        awaitLook();
        runner.resume();

        for (int i = 0; i < 200; i++) {
            log.failNextOpen(() -> SourceException.transientFailure("gone", null));
        }
        log.cutConnection();
        await().until(() -> runner.status().state() == EngineState.RECONNECTING);
        awaitLook();
    }

    @Test
    void looksWhileFailedUntilItIsStopped() {
        runner.start();
        log.failNextRead(SourceException.terminal("lost", "reset"));
        await().until(() -> runner.status().state() == EngineState.FAILED);
        log.look = () -> kept(7 * MB, Safety.LOST);
        awaitLook();
        await().until(() -> runner.status().log() != null);

        runner.stop();
        assertThat(runner.status().log()).isNull();
        await().until(() -> log.openInspectors.get() == 0 && threads() == 0);
    }

    @Test
    void endsWithTheEngineHoweverOftenItIsStarted() {
        for (int i = 0; i < 20; i++) {
            runner.start();
            awaitLook();
            await().until(() -> threads() == 1); // a stop waits for no more than a second for the one before
            runner.stop();
        }
        await().until(() -> threads() == 0);
        int looks = log.looks.get();
        assertThat(log.openInspectors).hasValue(0);
        assertThat(log.looks).hasValue(looks);
    }

    @Test
    void aRefusedStartLeavesNoWatchBehind() {
        log.failNextOpen(() -> SourceException.configuration("bad", "mend it"));
        assertThatThrownBy(() -> runner.start()).isInstanceOf(CdcException.class);
        await().until(() -> threads() == 0 && log.openInspectors.get() == 0);
    }

    @Test
    void aLookThatFailsOrHangsHarmsNothing() {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch hanging = new CountDownLatch(1);
        log.look = () -> {
            throw new IllegalStateException("a bug");
        };
        runner.start();
        awaitLook();
        awaitLook();
        log.look = () -> {
            throw SourceException.transientFailure("no answer", null);
        };
        awaitLook();
        log.look = () -> {
            hanging.countDown();
            awaitOpen(never);
            return SourceInspection.NOTHING;
        };
        awaitOpen(hanging);
        log.commit(3);
        await().until(() -> delivered.size() == 3);
        assertThat(runner.status().state()).isEqualTo(EngineState.STREAMING);
        assertThat(runner.status().health().needsAttention()).isFalse();
        runner.stop();
        assertThat(runner.status().state()).isEqualTo(EngineState.STOPPED);
        never.countDown();
        await().until(() -> threads() == 0);
    }

    @Test
    void anErrorInALookDoesNotEndTheLooks() {
        log.look = () -> {
            throw new NoClassDefFoundError("a class that is gone");
        };
        runner.start();
        awaitLooks(2);
        log.look = () -> kept(3 * MB, Safety.SAFE);
        await().until(() -> runner.status().log() != null);
    }

    @Test
    void aFigureOfALogThatIsNoLongerKeptIsTakenAway() {
        log.look = () -> kept(3 * MB, Safety.SAFE);
        runner.start();
        await().until(() -> measured.contains(3 * MB));
        log.look = () -> SourceInspection.NOTHING;
        await().until(() -> runner.status().log() == null);
        await().until(() -> measured.get(measured.size() - 1) < 0);
    }

    @Test
    void aWatchThatEndsLateTakesNothingFromTheNextOne() {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch hanging = new CountDownLatch(1);
        log.look = () -> {
            hanging.countDown();
            awaitOpen(never);
            return kept(MB, Safety.SAFE);
        };
        runner.start();
        awaitOpen(hanging);
        log.look = () -> kept(3 * MB, Safety.SAFE);
        runner.stop();
        runner.start();
        await().until(() -> measured.contains(3 * MB));
        never.countDown();
        await().until(() -> threads() == 1);
        assertThat(measured).containsOnly(3 * MB);
    }

    @Test
    void crossingTheLimitIsToldOnceAndShownWhileItLasts() {
        runner.start();
        log.look = () -> kept(11 * MB, Safety.SAFE);
        await().until(() -> warned.size() == 1);
        assertThat(warned.get(0).code()).isEqualTo("retained_log_high");
        assertThat(warned.get(0).text()).contains("11 MB").contains("10 MB");
        assertThat(warned.get(0).action()).isEqualTo("do something");
        log.look = () -> kept(9 * MB, Safety.SAFE);
        awaitLooks(3);
        log.look = () -> kept(12 * MB, Safety.SAFE);
        awaitLooks(3);
        assertThat(runner.status().warnings())
                .singleElement()
                .satisfies(warning -> assertThat(warning.text()).contains("12 MB"));
        assertThat(warned).as("it did not pass in between").hasSize(1);
        assertThat(runner.status().health().needsAttention()).isFalse();

        log.look = () -> kept(2 * MB, Safety.SAFE);
        await().until(() -> runner.status().warnings().isEmpty());
        log.look = () -> kept(11 * MB, Safety.SAFE);
        await().until(() -> warned.size() == 2);
    }

    @Test
    void tooMuchLogIsAStallAlsoWhilePaused() {
        runner.start();
        log.look = () -> kept(100 * MB, Safety.SAFE);
        await().until(() -> runner.status().health().status() == Status.STALLED);
        assertThat(runner.status().health().reason()).contains("100 MB").contains("retained-log.down");
        await().until(() -> verdicts.contains(Status.STALLED));
        runner.pause();
        assertThat(runner.status().health().status()).isEqualTo(Status.STALLED);
        runner.resume();
        log.look = () -> kept(99 * MB, Safety.SAFE);
        await().until(() -> !runner.status().health().needsAttention());
    }

    @Test
    void logThatMayGoIsAWarningAndLogThatIsGoneAStall() {
        runner.start();
        log.look = () -> kept(MB, Safety.ENDANGERED);
        await().until(() -> !warned.isEmpty());
        assertThat(warned.get(0).code()).isEqualTo("retained_log_endangered");
        assertThat(runner.status().health().needsAttention()).isFalse();
        log.look = () -> kept(0, Safety.LOST);
        await().until(() -> runner.status().health().status() == Status.STALLED);
        assertThat(runner.status().health().reason()).contains("removed log");
    }

    @Test
    void limitsOfZeroAreOff() {
        runner = runner(LogWatchOptions.of(0, 0).withInterval(Duration.ofMillis(5)));
        log.look = () -> kept(Long.MAX_VALUE / 2, Safety.SAFE);
        runner.start();
        awaitLooks(3);
        assertThat(runner.status().warnings()).isEmpty();
        assertThat(runner.status().health().needsAttention()).isFalse();
    }

    @Test
    void tablesThatJoinAndWarningsReachTheObservers() {
        JoinedTable table = new JoinedTable(LogSource.TABLE, "7", JoinedTable.Cause.ADDED);
        SourceWarning warning = new SourceWarning("table_not_captured", "public.log", "no key", "add one");
        CountDownLatch once = new CountDownLatch(1);
        log.look = () -> {
            boolean first = once.getCount() > 0;
            once.countDown();
            return new SourceInspection(null, first ? List.of(table) : List.of(), List.of(warning));
        };
        runner.start();
        awaitLooks(3);
        assertThat(joined).containsExactly(table);
        assertThat(warned).containsExactly(warning);
        assertThat(runner.status().warnings()).containsExactly(warning);
    }

    @Test
    void aTableThatJoinsWhileTheSourceIsStoppedIsTold() {
        JoinedTable table = new JoinedTable(LogSource.TABLE, "7", JoinedTable.Cause.ADDED);
        CountDownLatch looking = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        log.look = () -> {
            looking.countDown();
            awaitOpen(stopped);
            return new SourceInspection(null, List.of(table), List.of());
        };
        runner.start();
        awaitOpen(looking);
        runner.stop();
        stopped.countDown();
        await().until(() -> threads() == 0);
        assertThat(joined).containsExactly(table);
    }

    private SourceRunner runner(LogWatchOptions options) {
        EngineObserver observer = new EngineObserver() {
            @Override
            public void logMeasured(EventSource source, @Nullable LogRetention log) {
                measured.add(log == null ? -1 : log.retainedBytes());
            }

            @Override
            public void warned(EventSource source, SourceWarning warning) {
                warned.add(warning);
            }

            @Override
            public void tableJoined(EventSource source, JoinedTable table, boolean rowsFollow) {
                joined.add(table);
            }

            @Override
            public void healthChanged(EventSource source, @Nullable HealthVerdict from, HealthVerdict to) {
                verdicts.add(to.status());
            }
        };
        Subscription listener =
                Subscription.of("listener", (event, acknowledgment) -> delivered.add(RunnerFixture.id(event)));
        return new SourceRunner(
                log,
                store,
                Receivers.of(new Listeners(List.of(listener), null)),
                RunnerFixture.options().withLogWatch(options),
                observer);
    }

    private static SourceInspection kept(long bytes, Safety safety) {
        LogRetention retention =
                new LogRetention(bytes, bytes, null, null, "reserved", safety, true, Instant.now(), "do something");
        return new SourceInspection(retention, List.of(), List.of());
    }

    private void awaitLook() {
        awaitLooks(1);
    }

    /** Those that begin from now on. */
    private void awaitLooks(int count) {
        int until = log.looks.get() + count;
        await().atMost(Duration.ofSeconds(20)).until(() -> log.looks.get() > until);
    }

    private static void awaitOpen(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("rustcdc-log-watch"))
                .count();
    }
}
