package io.rustcdc.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs run; what they measure is nobody's test. */
class PostgresCaptureTests {

    @TempDir
    private Path folder;

    @Test
    void measuresEachVariantOfASmallBacklog() throws Exception {
        Path json = folder.resolve("results.json");
        CaptureReport report = Capture.run(CaptureOptions.parse(
                Database.POSTGRES,
                "--runs",
                "1",
                "--variants",
                "naive,engine,listener,batch-listener",
                "--batched-rows",
                "2000",
                "--single-rows",
                "100",
                "--latency-runs",
                "1",
                "--latency-seconds",
                "1",
                "--latency-rate",
                "50",
                "--idle-seconds",
                "1"));
        JsonFile.write(json, report);

        assertThat(report.runs()).hasSize(8).allSatisfy(run -> {
            assertThat(run.result().rows()).isEqualTo(run.workload().rows());
            assertThat(run.result().seconds()).isPositive();
            assertThat(run.result().peakHeapBytes()).isPositive();
        });
        assertThat(report.latency())
                .singleElement()
                .satisfies(
                        result -> assertThat(result.commitToListener().count()).isEqualTo(50));
        assertThat(report.idle()).hasSize(1);
        assertThat(report.text())
                .contains(
                        "naive", "engine", "listener", "batch-listener", "commit returned to listener", "idle engine");
        assertThat(json).content().contains("\"senderCpuSeconds\"", "\"commitToListener\"");
    }

    @Test
    void recordsEachMeasuredJvmOnDemand() throws Exception {
        Capture.run(CaptureOptions.parse(
                Database.POSTGRES,
                "--runs",
                "1",
                "--variants",
                "engine",
                "--batched-rows",
                "100",
                "--single-rows",
                "0",
                "--latency-runs",
                "0",
                "--idle-seconds",
                "0",
                "--flight-recorder",
                folder.toString()));

        assertThat(folder).isDirectoryContaining("glob:**/engine-1.jfr");
    }

    @Test
    void takesTheFullMeasurementByDefault() {
        CaptureOptions options = CaptureOptions.parse(Database.POSTGRES);

        assertThat(options.runs()).isEqualTo(5);
        assertThat(options.batchedRows()).isEqualTo(1_000_000);
        assertThat(options.jvm().heap()).isEqualTo("64m");
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThatThrownBy(() -> CaptureOptions.parse(Database.POSTGRES, "--fast", "1"))
                .hasMessage("'--fast' is not an option");
        assertThatThrownBy(() -> CaptureOptions.parse(Database.POSTGRES, "--runs"))
                .hasMessage("'--runs' needs a value");
        assertThatThrownBy(() -> CaptureOptions.parse(Database.POSTGRES, "--runs", "0"))
                .hasMessage("'--runs' must be a whole number from 1 on, found '0'");
        assertThatThrownBy(() -> CaptureOptions.parse(Database.POSTGRES, "--variants", "naive,magic"))
                .hasMessageContaining("takes naive, engine, listener and batch-listener, found 'magic'");
    }

    @Test
    void givesTheSmallestValueThatCoversAShare() {
        long[] nanos = new long[1000];
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = (1000 - i) * 1_000_000L;
        }

        Percentiles percentiles = Percentiles.ofNanos(nanos);

        assertThat(percentiles).isEqualTo(new Percentiles(1000, 500, 990, 999, 1000));
    }
}
