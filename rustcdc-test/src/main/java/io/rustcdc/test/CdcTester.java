package io.rustcdc.test;

import io.rustcdc.CdcEngine;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.observe.EngineState;
import io.rustcdc.spring.CdcEngines;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stands for the database in a {@link CdcTest}: emits changes to the listeners, waits for what becomes of them, and makes happen
 * what happens in production: failures, redelivery after a crash, lost connections. Thread-safe.
 *
 * <p>With several sources, {@link #source(String)} says which one is meant.
 */
public final class CdcTester {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final TestSources sources;
    private final CdcEngines engines;
    private final @Nullable String name;
    private final Duration timeout;

    CdcTester(TestSources sources, CdcEngines engines) {
        this(sources, engines, null, PATIENCE);
    }

    private CdcTester(TestSources sources, CdcEngines engines, @Nullable String name, Duration timeout) {
        this.sources = sources;
        this.engines = engines;
        this.name = name;
        this.timeout = timeout;
    }

    /**
     * The same for one of several sources.
     *
     * @throws IllegalArgumentException if there is no such source
     */
    public CdcTester source(String source) {
        engines.get(source);
        return new CdcTester(sources, engines, source, timeout);
    }

    /** The same with another limit for waiting; it is 10 s. */
    public CdcTester withTimeout(Duration limit) {
        return new CdcTester(sources, engines, name, limit);
    }

    /**
     * Commits each of these changes in a transaction of its own, in this order. Returns at once; {@link #awaitAcknowledged()} waits
     * for the listeners.
     *
     * @param changes as {@link ChangeEvents} makes them
     * @throws IllegalArgumentException if the source does not capture the table of a change
     */
    @SafeVarargs
    public final CdcTester emit(ChangeEvent<Row>... changes) {
        for (ChangeEvent<Row> change : changes) {
            source().commit(List.of(change));
        }
        return this;
    }

    /**
     * Commits these changes in one transaction.
     *
     * @throws IllegalArgumentException if the source does not capture the table of a change
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // the list is only read
    public final CdcTester emitTransaction(ChangeEvent<Row>... changes) {
        return emitTransaction(Arrays.asList(changes));
    }

    /** Commits these changes in one transaction. */
    public CdcTester emitTransaction(List<ChangeEvent<Row>> changes) {
        if (changes.isEmpty()) {
            throw new IllegalArgumentException("A transaction without changes reaches nobody");
        }
        source().commit(changes);
        return this;
    }

    /**
     * Waits until all listeners have acknowledged everything that was emitted, and that is saved.
     *
     * @throws AssertionError if the source fails, or the time is up
     */
    public CdcTester awaitAcknowledged() {
        Progress progress = source().progress();
        long end = source().end();
        boolean inTime = progress.awaitSaved(end, timeout);
        CdcException failure = progress.failure();
        if (failure != null) {
            throw new AssertionError("The source has failed: " + failure.getMessage(), failure);
        }
        if (!inTime) {
            throw new AssertionError(
                    "Within %d ms, %d of the emitted changes were not acknowledged; the source is %s. %s"
                            .formatted(
                                    timeout.toMillis(),
                                    end - progress.saved(),
                                    engine().status().state(),
                                    calls(progress)));
        }
        return this;
    }

    /**
     * Waits until a listener has failed for good, so that the source has stopped.
     *
     * @return why, with the listener's exception as cause
     * @throws AssertionError if the time is up
     */
    public CdcException awaitFailure() {
        Progress progress = source().progress();
        if (!progress.awaitFailure(timeout)) {
            throw new AssertionError("Within %d ms, the source did not fail; it is %s. %s"
                    .formatted(timeout.toMillis(), engine().status().state(), calls(progress)));
        }
        return Objects.requireNonNull(progress.failure());
    }

    /**
     * Waits until so many calls of listeners have failed since the test began, repeated ones included.
     *
     * @throws AssertionError if the time is up
     */
    public CdcTester awaitFailedCalls(int count) {
        Progress progress = source().progress();
        if (!progress.awaitFailedCalls(count, timeout)) {
            throw new AssertionError(
                    "Within %d ms, %d calls were to fail. %s".formatted(timeout.toMillis(), count, calls(progress)));
        }
        return this;
    }

    /** The calls of listeners that have failed since the test began, in order. */
    public List<FailedCall> failedCalls() {
        return source().progress().failedCalls();
    }

    /**
     * The changes since the test began that a transform failed for and that were set aside, as they were emitted. Empty where the test
     * brings a {@link io.rustcdc.transform.SkippedChanges} of its own.
     */
    public List<ChangeEvent<Row>> skippedChanges() {
        return source().progress().skipped();
    }

    /** Starts the source again, as after {@link #awaitFailure()}: it continues with the first change that is not acknowledged. */
    public CdcTester restart() {
        engine().stop();
        source().progress().forgetFailure();
        engine().start();
        return this;
    }

    /**
     * Delivers everything again that was emitted since the test began, as after a crash before anything of it was saved: a listener
     * must bear that.
     */
    public CdcTester redeliver() {
        engine().stop();
        source().rewind();
        source().progress().forgetFailure();
        engine().start();
        return this;
    }

    /** Cuts the connection. The engine connects again by itself, and delivers what is not acknowledged once more. */
    public CdcTester cutConnection() {
        source().cut();
        return this;
    }

    /** Forgets what was emitted, and makes the source as it was at the beginning. */
    static void reset(CdcTester tester) {
        tester.engines.names().forEach(each -> tester.source(each).resetOne());
    }

    private void resetOne() {
        TestSource source = source();
        CdcEngine engine = engine();
        boolean clean = source.progress().failure() == null && source.progress().saved() >= source.end();
        if (clean) {
            engine.resume();
            source.beginTest();
            return;
        }
        EngineState state = engine.status().state();
        engine.stop();
        source.forget();
        if (state != EngineState.STOPPED) {
            engine.start();
        }
    }

    private TestSource source() {
        String only = only();
        TestSource source = sources.find(only);
        if (source == null) {
            throw new IllegalStateException("Source '%s' was not made by this test".formatted(only));
        }
        return source;
    }

    private CdcEngine engine() {
        return engines.get(only());
    }

    private String only() {
        if (name != null) {
            return name;
        }
        Set<String> names = engines.names();
        if (names.size() != 1) {
            throw new IllegalStateException("There are %d sources: %s. Say which one: source(\"...\")"
                    .formatted(names.size(), String.join(", ", names)));
        }
        Iterator<String> one = names.iterator();
        return one.next();
    }

    private static String calls(Progress progress) {
        List<FailedCall> failed = progress.failedCalls();
        return failed.isEmpty() ? "No call of a listener has failed" : "Failed calls: " + failed;
    }
}
