package io.rustcdc.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program runs; what it measures is nobody's test. */
class PostgresSnapshotTests {

    @TempDir
    private Path folder;

    @Test
    void measuresEachWayOfReadingASmallTable() throws Exception {
        Path json = folder.resolve("results.json");
        RowsReport report = PostgresSnapshot.run(RowsOptions.parse(
                "--runs", "1",
                "--rows", "3000",
                "--latency-runs", "1",
                "--latency-seconds", "1",
                "--latency-rate", "50"));
        JsonFile.write(json, report);

        assertThat(report.runs()).extracting(RowsReport.Run::variant).isEqualTo(PostgresSnapshot.VARIANTS);
        assertThat(report.runs()).allSatisfy(run -> {
            assertThat(run.result().rows()).isEqualTo(3000);
            assertThat(run.result().seconds()).isPositive();
            assertThat(run.result().peakHeapBytes()).isPositive();
        });
        assertThat(report.latency())
                .singleElement()
                .satisfies(
                        result -> assertThat(result.commitToListener().count()).isEqualTo(50));
        assertThat(report.text()).contains("copy", "first-load", "chunks", "steady load beside chunks");
        assertThat(json).content().contains("\"firstRowSeconds\"", "\"commitToListener\"");
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThatThrownBy(() -> RowsOptions.parse("--batched-rows", "1"))
                .hasMessage("'--batched-rows' is not an option");
        assertThatThrownBy(() -> RowsOptions.parse("--rows", "none"))
                .hasMessage("'--rows' must be a whole number from 1 on, found 'none'");
    }
}
