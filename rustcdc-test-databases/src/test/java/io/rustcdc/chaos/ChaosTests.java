package io.rustcdc.chaos;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The consumer, its connections and a PostgreSQL server are killed and cut at random while four writers write. */
class ChaosTests {

    @TempDir
    private Path directory;

    @Test
    @DisplayName(
            "PG-R6: 8 s of writers, cuts and kills: every committed change arrives, in order, and the copy equals the source")
    void survivesShortChaos() throws Exception {
        survives(Duration.ofSeconds(8), Long.getLong("rustcdc.chaos.seed", 694));
    }

    @Test
    @Tag("long")
    @DisplayName(
            "PG-R6: 60 s of writers, cuts and kills: every committed change arrives, in order, and the copy equals the source")
    void survivesLongChaos() throws Exception {
        survives(Duration.ofSeconds(60), Long.getLong("rustcdc.chaos.seed", System.nanoTime()));
    }

    private void survives(Duration time, long seed) throws Exception {
        try (ChaosRun run = new ChaosRun(new PostgresChaos(), directory, seed)) {
            run.survives(time);
        }
    }
}
