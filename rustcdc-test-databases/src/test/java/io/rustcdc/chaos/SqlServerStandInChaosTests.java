package io.rustcdc.chaos;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The consumer and its connections to the stand-in for SQL Server are killed and cut at random while four writers write, the agent
 * lags and the clean-up runs. What it shows holds for our code; the server it stands for was not there.
 */
class SqlServerStandInChaosTests {

    @TempDir
    private Path directory;

    @Test
    @DisplayName("MS-R1, MS-R5, MS-R8, stand-in: 8 s of writers, cuts, kills, lag and clean-up: every committed change"
            + " arrives, in order, and the copy equals the source")
    void survivesShortChaos() throws Exception {
        survives(Duration.ofSeconds(8), Long.getLong("rustcdc.chaos.seed", 178));
    }

    @Test
    @Tag("long")
    @DisplayName("MS-R1, MS-R5, MS-R8, stand-in: 60 s of writers, cuts, kills, lag and clean-up: every committed change"
            + " arrives, in order, and the copy equals the source")
    void survivesLongChaos() throws Exception {
        survives(Duration.ofSeconds(60), Long.getLong("rustcdc.chaos.seed", System.nanoTime()));
    }

    private void survives(Duration time, long seed) throws Exception {
        try (ChaosRun run = new ChaosRun(new SqlServerStandInChaos(directory), directory, seed)) {
            run.survives(time);
        }
    }
}
