package io.rustcdc.chaos;

import io.rustcdc.source.mysql.Flavor;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The consumer, its connections and a MySQL or MariaDB server are killed and cut at random while four writers write. */
class MySqlChaosTests {

    @TempDir
    private Path directory;

    @ParameterizedTest(name = "{0}, GTIDs {1}, seed {2}")
    @CsvSource({"MYSQL, true, 1865", "MARIADB, false, 3500"})
    @DisplayName(
            "MY-R1, MY-R2, MY-R3, MY-R6: 8 s of writers, cuts and kills: every committed change arrives, in order, and the copy equals the source")
    void survivesShortChaos(Flavor flavor, boolean gtids, long seed) throws Exception {
        survives(flavor, gtids, Duration.ofSeconds(8), Long.getLong("rustcdc.chaos.seed", seed));
    }

    @ParameterizedTest(name = "{0}, GTIDs {1}")
    @CsvSource({"MYSQL, true", "MYSQL, false", "MARIADB, true", "MARIADB, false"})
    @Tag("long")
    @DisplayName(
            "MY-R1, MY-R2, MY-R3, MY-R6: 60 s of writers, cuts and kills: every committed change arrives, in order, and the copy equals the source")
    void survivesLongChaos(Flavor flavor, boolean gtids) throws Exception {
        survives(flavor, gtids, Duration.ofSeconds(60), Long.getLong("rustcdc.chaos.seed", System.nanoTime()));
    }

    private void survives(Flavor flavor, boolean gtids, Duration time, long seed) throws Exception {
        try (ChaosRun run = new ChaosRun(new MySqlChaos(flavor, gtids), directory, seed)) {
            run.survives(time);
        }
    }
}
