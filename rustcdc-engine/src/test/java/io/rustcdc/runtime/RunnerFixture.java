package io.rustcdc.runtime;

import static org.awaitility.Awaitility.await;

import io.rustcdc.delivery.ChangeHandler;
import io.rustcdc.delivery.Listeners;
import io.rustcdc.delivery.RetryOptions;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.delivery.Subscription.AckMode;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Row;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.EngineState;
import io.rustcdc.observe.HealthVerdict;
import io.rustcdc.source.TableFilter;
import io.rustcdc.transform.Transforms;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;

/** A runner over a log in memory, and what its listener saw. */
abstract class RunnerFixture {

    final LogSource log = new LogSource();
    final RecordingStore store = new RecordingStore(log.calls);
    final List<Integer> delivered = new CopyOnWriteArrayList<>();
    final List<EngineState> states = new CopyOnWriteArrayList<>();
    final List<String> gaps = new CopyOnWriteArrayList<>();
    final List<CdcException> failures = new CopyOnWriteArrayList<>();
    Transforms transforms = Transforms.none();
    SourceRunner runner;

    static EngineOptions options() {
        return EngineOptions.ofDefaults()
                .withStallThreshold(Duration.ofSeconds(20))
                .withRetry(new RetryOptions(2, Duration.ofMillis(1), 1, Duration.ofMillis(1)));
    }

    SourceRunner runner(EngineOptions options, AckMode mode, ChangeHandler handler) {
        Subscription subscription = new Subscription(
                "listener", TableFilter.all(), Subscription.of("x", handler).operations(), mode, handler);
        EngineObserver observer = new EngineObserver() {
            @Override
            public void stateChanged(EventSource source, EngineState from, EngineState to) {
                states.add(to);
            }

            @Override
            public void gapAccepted(EventSource source, Offset from, Offset to, String requestedBy) {
                gaps.add((from == null ? "none" : from.text()) + " to " + to.text() + " by " + requestedBy);
            }

            @Override
            public void failed(EventSource source, CdcException failure) {
                failures.add(failure);
            }
        };
        runner = new SourceRunner(
                log, store, new Receivers(transforms, new Listeners(List.of(subscription), null)), options, observer);
        return runner;
    }

    /** A listener that takes down the id of each row. */
    SourceRunner recording(EngineOptions options) {
        return runner(options, AckMode.AUTO, (event, acknowledgment) -> delivered.add(id(event)));
    }

    static int id(ChangeEvent<Row> event) {
        return (Integer) event.after().get("id");
    }

    void awaitDelivered(int rows) {
        await().atMost(Duration.ofSeconds(20)).until(() -> delivered.size() >= rows);
    }

    void awaitSaved(LogOffset offset) {
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        store.load().map(saved -> saved.offset().equals(offset)).orElse(false));
    }

    void awaitState(EngineState state) {
        await().atMost(Duration.ofSeconds(20)).until(() -> runner.status().state() == state);
    }

    /** Observers are told a moment after the state is there. */
    void awaitFailed() {
        awaitState(EngineState.FAILED);
        await().until(() -> !failures.isEmpty());
    }

    /** Has another thread stop the runner. Returns once nothing more is begun, which the state says a moment before. */
    Thread beginStop() {
        Thread stopping = new Thread(runner::stop);
        stopping.start();
        await().atMost(Duration.ofSeconds(20)).until(() -> stopping.getState() == Thread.State.TIMED_WAITING);
        return stopping;
    }

    /** For all of these words of the reason: for a moment, there may be another one. */
    void awaitStalled(String... reason) {
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            HealthVerdict health = runner.status().health();
            String text = String.valueOf(health.reason());
            return health.status() == HealthVerdict.Status.STALLED
                    && List.of(reason).stream().allMatch(text::contains);
        });
    }

    static List<Integer> ids(int from, int to) {
        return java.util.stream.IntStream.rangeClosed(from, to).boxed().toList();
    }

    @AfterEach
    void stopRunner() {
        if (runner != null) {
            runner.stop();
        }
    }
}
