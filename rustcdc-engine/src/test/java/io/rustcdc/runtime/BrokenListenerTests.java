package io.rustcdc.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.deadletter.DeadLetterStore.Filter;
import io.rustcdc.delivery.ChangeHandler;
import io.rustcdc.delivery.FailurePolicy;
import io.rustcdc.delivery.FailurePolicy.Action;
import io.rustcdc.delivery.LaneOptions;
import io.rustcdc.delivery.RetryOptions;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.observe.EngineState;
import io.rustcdc.observe.HealthVerdict.Status;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A listener that fails for whatever row it is called with: the letters end, and its call is repeated. */
class BrokenListenerTests extends DeadLetterFixture {

    private final AtomicBoolean broken = new AtomicBoolean(true);
    private final AtomicInteger calls = new AtomicInteger();

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void nothingMoreIsParkedUntilItSucceeds(int lanes) {
        startBroken(lanes);
        awaitStalled("listener 'listener' has failed for 5 different rows");
        broken.set(false);
        awaitSaved(log.end());
        assertThat(letters.count()).isLessThanOrEqualTo(15);
        assertThat(delivered.size() + letters.count()).isEqualTo(30);
        assertThat(moods).containsExactly("broken after 5", "mended");
        assertThat(runner.status().health().status()).isNotEqualTo(Status.STALLED);
        poisoned.add(36);
        commitAndSave(10);
        assertThat(letters.numbers()).as("then rows are parked again").contains(36);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void aStopEndsIt(int lanes) {
        startBroken(lanes);
        long stopping = System.nanoTime();
        runner.stop();
        assertThat(Duration.ofNanos(System.nanoTime() - stopping)).isLessThan(Duration.ofSeconds(15));
        assertThat(runner.status().state()).isEqualTo(EngineState.STOPPED);
        broken.set(false);
        runner.start();
        awaitSaved(log.end());
        assertThat(delivered.size() + letters.count()).isEqualTo(30);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void aLostConnectionEndsItAndItGoesOnWithTheNextOne(int lanes) {
        startBroken(lanes);
        log.cutConnection();
        await().until(() -> log.calls.stream().filter("open"::equals).count() == 2);
        awaitState(EngineState.STREAMING);
        broken.set(false);
        awaitSaved(log.end());
        assertThat(delivered.size() + letters.count()).isEqualTo(30);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void aPauseHoldsItAndDoesNotEndIt(int lanes) {
        startBroken(lanes);
        runner.pause();
        broken.set(false);
        int before = calls.get();
        await().during(Duration.ofMillis(500)).until(() -> calls.get() <= before + lanes);
        runner.resume();
        awaitSaved(log.end());
        assertThat(delivered.size() + letters.count()).isEqualTo(30);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void aSuccessBetweenMeansItIsTheRows(int lanes) {
        broken.set(false);
        poisoned.addAll(ids(1, 9));
        start(parking().withLanes(LaneOptions.of(lanes)));
        for (int n = 1; n <= 9; n++) {
            log.shape = poisonAndCure(n);
            commitAndSave(2);
        }
        assertThat(letters.count()).isEqualTo(9);
        assertThat(moods).isEmpty();
    }

    private IntFunction<ChangeEvent.Builder> poisonAndCure(int poison) {
        return number -> number % 2 == 1 ? update(poison, poison) : update(0, 100 + number);
    }

    private void startBroken(int lanes) {
        ChangeHandler handler = (event, acknowledgment) -> {
            calls.incrementAndGet();
            if (broken.get()) {
                throw new IllegalStateException("the shop's server is down");
            }
            handle(event);
        };
        start(listener(Action.PARK, handler)
                .withLanes(LaneOptions.of(lanes))
                .withPolicy(FailurePolicy.of(Action.PARK)
                        .withRetry(new RetryOptions(2, Duration.ofMillis(1), 1, Duration.ofMillis(1)))));
        log.commit(30);
        await().until(() -> moods.contains("broken after 5"));
        assertThat(letters.list(Filter.all(), 100, 0).stream().filter(letter -> letter.failure() != null))
                .hasSizeLessThanOrEqualTo(5);
    }
}
