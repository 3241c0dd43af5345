package io.rustcdc.source.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PollPacingTests {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final long NANOS = SECOND.toNanos();

    private final PollPacing pacing = new PollPacing(SECOND, 0);

    @Test
    void doesNotSleepWhileThereIsSomething() {
        pacing.found(0);
        assertThat(pacing.nanosLeft(0)).isZero();
    }

    @Test
    void sleepsForTheIntervalWhenThereIsNothing() {
        pacing.foundNothing(0);
        assertThat(pacing.nanosLeft(0)).isEqualTo(NANOS);
        assertThat(pacing.nanosLeft(NANOS)).isZero();
    }

    @Test
    void looksLessOftenAfterAWhileAndAtOnceAgainWhenSomethingHappens() {
        for (int i = 0; i < 10; i++) {
            pacing.foundNothing(0);
        }
        assertThat(pacing.pause()).isEqualTo(SECOND);
        pacing.foundNothing(0);
        assertThat(pacing.pause()).isEqualTo(SECOND.multipliedBy(2));
        for (int i = 0; i < 100; i++) {
            pacing.foundNothing(0);
        }
        assertThat(pacing.pause()).isEqualTo(SECOND.multipliedBy(4));
        pacing.found(0);
        pacing.foundNothing(0);
        assertThat(pacing.pause()).isEqualTo(SECOND);
    }

    @Test
    void looksSoonWhenSomebodyWaitsForThePosition() {
        pacing.foundNothing(0);
        pacing.ask();
        assertThat(pacing.nanosLeft(0)).isEqualTo(Duration.ofMillis(100).toNanos());
        pacing.answered();
        assertThat(pacing.nanosLeft(0)).isEqualTo(NANOS);
    }
}
