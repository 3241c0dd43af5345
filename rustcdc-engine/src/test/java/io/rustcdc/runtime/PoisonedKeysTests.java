package io.rustcdc.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.deadletter.MemoryDeadLetterStore;
import io.rustcdc.runtime.PoisonedKeys.Outcome;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One key in a hundred is poisoned for a while: nothing is lost, doubled or out of its order. How long others wait is not asserted here. */
class PoisonedKeysTests {

    private static final int CHANGES = 2000;

    @ParameterizedTest
    @ValueSource(ints = {1, 8})
    void theReplayDrainsTheLettersInOrderAndTheCountsMatch(int lanes) throws Exception {
        try (PoisonedKeys load = new PoisonedKeys(CHANGES, 200, lanes, new MemoryDeadLetterStore(CHANGES))) {
            Outcome outcome = load.run(Duration.ofNanos(100_000));
            assertThat(outcome.handled()).isEqualTo(CHANGES);
            assertThat(outcome.inOrder()).isTrue();
            assertThat(outcome.parked()).isPositive();
            assertThat(outcome.replayed().replayed()).isGreaterThanOrEqualTo(outcome.parked());
            assertThat(outcome.replayed().failed() + outcome.replayed().left()).isZero();
            assertThat(outcome.left()).isZero();
        }
    }
}
