package io.rustcdc.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** The program runs, and what it counts holds; how long others wait is nobody's test. */
class PoisonedKeysTests {

    @Test
    void replaysInOrderWhatWasParked() throws Exception {
        PoisonedKeys.Report report = PoisonedKeys.run(PoisonedKeys.Options.parse(
                "--runs", "1", "--changes", "1000", "--rate", "2000", "--rows", "100", "--lanes", "4"));

        assertThat(report.runs()).extracting(PoisonedKeys.Run::lanes).containsExactly(1, 4);
        assertThat(report.runs()).allSatisfy(run -> {
            assertThat(run.handled()).isEqualTo(1000);
            assertThat(run.inOrder()).isTrue();
            assertThat(run.parked()).isPositive();
            assertThat(run.replayed()).isGreaterThanOrEqualTo(run.parked());
            assertThat(run.left()).isZero();
            assertThat(run.othersDelay().count()).isPositive();
        });
        assertThat(report.text()).contains("each row in order", "0 left");
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThatThrownBy(() -> PoisonedKeys.Options.parse("--rows", "1"))
                .hasMessage("'--rows' must be a whole number from 100 on, found '1'");
    }
}
