package io.rustcdc.source.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PollLatenciesTests {

    private final PollLatencies latencies = new PollLatencies();

    @Test
    void givesThePercentilesOfTheLastPolls() {
        for (int i = 1; i <= 100; i++) {
            latencies.add(Duration.ofMillis(i).toNanos());
        }
        assertThat(latencies.tail().p95()).isEqualTo(Duration.ofMillis(95));
        assertThat(latencies.tail().p99()).isEqualTo(Duration.ofMillis(99));
    }

    @Test
    void isZeroBeforeTheFirstPoll() {
        assertThat(latencies.tail().p99()).isZero();
    }

    @Test
    void theTailIsHeavyAfterThreeRunsInARow() {
        run(11);
        run(11);
        assertThat(latencies.tail().heavy()).isFalse();
        run(11);
        assertThat(latencies.tail().heavy()).isTrue();
        assertThat(latencies.tail().extreme()).isFalse();
    }

    @Test
    void oneRunInProportionEndsIt() {
        run(11);
        run(11);
        run(10);
        run(11);
        assertThat(latencies.tail().heavy()).isFalse();
    }

    @Test
    void fiftyTimesAsLongIsExtreme() {
        run(11);
        run(11);
        run(51);
        assertThat(latencies.tail().extreme()).isTrue();
    }

    /** 200 polls, of which four take so many times as long as the others. */
    private void run(int times) {
        for (int i = 0; i < 200; i++) {
            latencies.add(i < 4 ? times * 1000L : 1000L);
        }
    }
}
