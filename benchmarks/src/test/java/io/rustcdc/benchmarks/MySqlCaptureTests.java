package io.rustcdc.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program runs; what it measures is nobody's test. */
class MySqlCaptureTests {

    @ParameterizedTest
    @ValueSource(strings = {"mysql", "mariadb"})
    void measuresEachVariantOfASmallBacklog(String flavor) throws Exception {
        CaptureReport report = Capture.run(CaptureOptions.parse(
                Database.MYSQL,
                "--flavor",
                flavor,
                "--runs",
                "1",
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

        assertThat(report.runs()).hasSize(6).allSatisfy(run -> {
            assertThat(run.result().rows()).isEqualTo(run.workload().rows());
            assertThat(run.result().seconds()).isPositive();
        });
        assertThat(report.latency())
                .singleElement()
                .satisfies(result -> assertThat(result.sentToListener().count()).isEqualTo(50));
        assertThat(report.idle()).hasSize(1);
        assertThat(report.text()).containsIgnoringCase(flavor).contains("naive", "engine", "listener");
    }

    @Test
    void takesTheFullMeasurementByDefault() {
        CaptureOptions options = CaptureOptions.parse(Database.MYSQL);

        assertThat(options.batchedRows()).isEqualTo(2_000_000);
        assertThat(options.rowsPerTransaction()).isEqualTo(1000);
        assertThat(options.singleRows()).isEqualTo(200_000);
        assertThat(options.variants()).isEqualTo(List.of(Program.NAIVE, Program.ENGINE, Program.LISTENER));
        assertThat(options.json()).hasToString("mysql-capture.json");
    }

    @Test
    void knowsTwoFlavors() {
        assertThat(CaptureOptions.parse(Database.MYSQL, "--flavor", "mariadb").database())
                .isEqualTo(Database.MARIADB);
        assertThatThrownBy(() -> CaptureOptions.parse(Database.MYSQL, "--flavor", "percona"))
                .hasMessage("'--flavor' takes mysql or mariadb, found 'percona'");
        assertThatThrownBy(() -> CaptureOptions.parse(Database.POSTGRES, "--flavor", "mysql"))
                .hasMessage("'--flavor' is not an option");
        assertThat(CaptureOptions.usage(Database.MYSQL)).contains("MySQL", "2000000", "--flavor");
    }
}
