package io.rustcdc.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.checkpoint.CheckpointStore;
import io.rustcdc.delivery.ChangeHandler;
import io.rustcdc.delivery.FailurePolicy;
import io.rustcdc.delivery.FailurePolicy.Action;
import io.rustcdc.delivery.LaneOptions;
import io.rustcdc.delivery.Listeners;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Columns;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.observe.DeadLetterEvent;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.EngineState;
import io.rustcdc.transform.Transforms;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;

/** A runner whose listener cannot handle some numbers. Number n changes row n modulo {@link #ROWS}. */
abstract class DeadLetterFixture extends RunnerFixture {

    static final int ROWS = 10;
    static final Columns COLUMNS = Columns.of(List.of("id", "n"), List.of("id"));

    final RecordingLetters letters = new RecordingLetters(1000, log.calls);
    final Set<Integer> poisoned = ConcurrentHashMap.newKeySet();
    final List<DeadLetterEvent> told = new CopyOnWriteArrayList<>();
    final List<String> moods = new CopyOnWriteArrayList<>();
    final List<String> transformFailures = new CopyOnWriteArrayList<>();

    /** PRESERVE where all must be in one batch, however slow the machine is. */
    TransactionBoundary boundary = TransactionBoundary.SPLIT;

    @BeforeEach
    void numberRows() {
        log.shape = n -> update(n % ROWS, n);
    }

    ChangeEvent.Builder update(int row, int n) {
        return change(Operation.UPDATE).after(row(row, n));
    }

    ChangeEvent.Builder change(Operation operation) {
        return ChangeEvent.of(log.source(), operation, LogSource.TABLE);
    }

    static Row row(int row, int n) {
        return Row.of(COLUMNS, Map.of("id", row, "n", n));
    }

    static int n(ChangeEvent<Row> event) {
        return event.afterRow() == null ? -1 : (Integer) event.afterRow().get("n");
    }

    /** Takes down the number of each change, or fails for it. */
    void handle(ChangeEvent<Row> event) {
        if (poisoned.contains(n(event))) {
            throw new IllegalStateException("no " + n(event));
        }
        delivered.add(n(event));
    }

    /** A transform that fails for some numbers, which are kept as dead letters. */
    void breakTransform(Set<Integer> numbers) {
        transforms = Transforms.builder()
                .add("mine", event -> {
                    if (numbers.contains(n(event))) {
                        throw new IllegalStateException("no " + n(event));
                    }
                    return event.withRows(row -> row.with("n", n(event) + 1000));
                })
                .skipFailedToDeadLetters()
                .build();
    }

    Subscription parking() {
        return listener(Action.PARK);
    }

    Subscription listener(Action action) {
        return listener(action, (event, acknowledgment) -> handle(event));
    }

    static Subscription listener(Action action, ChangeHandler handler) {
        return Subscription.of("listener", handler).withPolicy(FailurePolicy.of(action));
    }

    Subscription inLanes() {
        return parking().withLanes(LaneOptions.of(4));
    }

    /** Starts a new runner, which knows nothing of the one before. */
    void start(Subscription... listeners) {
        stopRunner();
        runner = runnerOf(store, new Listeners(List.of(listeners), null, letters));
        runner.start();
    }

    SourceRunner runnerOf(CheckpointStore checkpoints, Listeners listeners) {
        return new SourceRunner(
                log,
                checkpoints,
                new Receivers(transforms, listeners),
                options().withTransactionBoundary(boundary),
                new Observer());
    }

    /** The numbers up to one that change none of some rows. */
    static List<Integer> numbersWithout(int last, Integer... rows) {
        return IntStream.rangeClosed(1, last)
                .boxed()
                .filter(n -> !List.of(rows).contains(n % ROWS))
                .toList();
    }

    void commitAndSave(int changes) {
        log.commit(changes);
        awaitSaved(log.end());
    }

    /** The fifth change of the first transaction was parked before a save covered it. */
    void requireParkedBeforeSaved() {
        assertThat(log.calls).containsSubsequence("park 0+5", "save 1+0");
        List<String> before = log.calls.subList(0, log.calls.indexOf("park 0+5"));
        assertThat(before).noneMatch(call -> call.matches("save 0\\+([5-9]|\\d{2,})"));
    }

    void failNextSave() {
        awaitSaved(new LogOffset(0, 0));
        store.failures.add(FailureKind.TERMINAL);
    }

    private final class Observer implements EngineObserver {

        @Override
        public void stateChanged(EventSource source, EngineState from, EngineState to) {
            states.add(to);
        }

        @Override
        public void failed(EventSource source, CdcException failure) {
            failures.add(failure);
        }

        @Override
        public void deadLetter(EventSource source, DeadLetterEvent event) {
            told.add(event);
        }

        @Override
        public void listenerBroken(EventSource source, String listener, int rows) {
            moods.add("broken after " + rows);
        }

        @Override
        public void transformFailed(EventSource source, String transform, CdcException failure, boolean skipped) {
            transformFailures.add((skipped ? "skipped " : "failed ") + transform);
        }

        @Override
        public void listenerMended(EventSource source, String listener) {
            moods.add("mended");
        }
    }
}
