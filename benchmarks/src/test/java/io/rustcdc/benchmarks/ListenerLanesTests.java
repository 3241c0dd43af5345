package io.rustcdc.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** The program runs; what it measures is nobody's test. */
class ListenerLanesTests {

    @Test
    void measuresOneLaneAndSeveral() throws Exception {
        ListenerLanes.Report report = ListenerLanes.run(
                ListenerLanes.Options.parse("--runs", "1", "--rows", "200", "--lanes", "4", "--micros", "10"));

        assertThat(report.runs()).extracting(ListenerLanes.Run::lanes).containsExactly(1, 4);
        assertThat(report.runs()).allSatisfy(run -> assertThat(run.seconds()).isPositive());
        assertThat(report.speedUp()).isPositive();
        assertThat(report.text()).contains("lanes    1", "lanes    4", "speed-up");
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThatThrownBy(() -> ListenerLanes.Options.parse("--lanes", "1"))
                .hasMessage("'--lanes' must be a whole number from 2 on, found '1'");
    }
}
