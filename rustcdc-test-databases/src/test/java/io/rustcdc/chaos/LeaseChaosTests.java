package io.rustcdc.chaos;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Instances that share sources are killed, frozen and stopped at random while rows are written. */
class LeaseChaosTests {

    @TempDir
    private Path directory;

    @Test
    @DisplayName("CP-07 an owner is killed, one frozen and one stopped: one token saves at a time, and nothing is lost")
    void survivesShortChaos() throws Exception {
        survives(Duration.ZERO, 3, Long.getLong("rustcdc.chaos.seed", 7));
    }

    @Test
    @Tag("long")
    @DisplayName(
            "CP-07 owners are killed, frozen and stopped for 5 minutes: one token saves at a time, and nothing is lost")
    void survivesLongChaos() throws Exception {
        survives(Duration.ofMinutes(5), 3, Long.getLong("rustcdc.chaos.seed", System.nanoTime()));
    }

    private void survives(Duration time, int faults, long seed) throws Exception {
        try (LeaseChaos chaos = new LeaseChaos(directory, seed)) {
            chaos.survives(time, faults);
        }
    }
}
