package io.rustcdc.source.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.Remedy;
import io.rustcdc.source.Diagnosis;
import io.rustcdc.source.Prerequisite;
import io.rustcdc.source.Prerequisite.Verdict;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.TableFilter;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Databases from which a source cannot start, or not well: the doctor names what is wrong, and prints the T-SQL that mends it. The
 * stand-in shows what our code says; whether SQL Server takes the T-SQL is not shown here.
 */
class BrokenSqlServerOnStandInTests {

    /**
     * A way to be broken.
     *
     * @param name for people
     * @param check the one that finds it
     * @param breaking what makes it so
     * @param sql what is printed; {database} stands for the name of the database
     * @param mending what the T-SQL would do
     */
    record Broken(
            String name, SqlServerCheck check, Consumer<Setup> breaking, List<String> sql, Consumer<Setup> mending) {

        @Override
        public String toString() {
            return name;
        }
    }

    /** A source whose database can be broken. */
    static final class Setup implements AutoCloseable {

        final SqlServerFixture fixture = new SqlServerFixture(SqlServerKind.STAND_IN).withOrders();
        final SqlServerOptions.Builder options = fixture.options();
        StreamRequest request = StreamRequest.fresh();

        void sql(String... statements) {
            fixture.database.sql(statements);
        }

        Diagnosis diagnose() {
            return fixture.connector(options).diagnose(request);
        }

        @Override
        public void close() {
            fixture.close();
        }
    }

    private static final String STOP = "EXEC sys.sp_cdc_stop_job @job_type = N'capture';";
    private static final String START = "EXEC sys.sp_cdc_start_job @job_type = N'capture';";
    private static final String RAISE =
            "EXEC sys.sp_cdc_change_job @job_type = N'capture', @maxtrans = 5000, @maxscans = 10, @pollinginterval = 1;";

    static Stream<Broken> broken() {
        return Stream.of(
                new Broken(
                        "the database is not enabled",
                        SqlServerCheck.CDC_ENABLED,
                        setup -> {
                            setup.fixture.database.disable("dbo.orders", "dbo_orders");
                            setup.sql("EXEC sys.sp_cdc_disable_db");
                        },
                        List.of("USE [{database}];", "EXEC sys.sp_cdc_enable_db;"),
                        setup -> {
                            setup.sql("EXEC sys.sp_cdc_enable_db");
                            setup.fixture.database.enable("dbo.orders");
                            setup.fixture.database.capture();
                        }),
                new Broken(
                        "a table has no capture instance",
                        SqlServerCheck.TABLES,
                        setup -> {
                            setup.sql("CREATE TABLE dbo.items (id int PRIMARY KEY)");
                            setup.options.tables(TableFilter.of("dbo.items"));
                        },
                        List.of(
                                "EXEC sys.sp_cdc_enable_table @source_schema = N'dbo', @source_name = N'items', @role_name = NULL, @supports_net_changes = 0;"),
                        setup -> {
                            setup.fixture.database.enable("dbo.items");
                            setup.fixture.database.capture();
                        }),
                new Broken(
                        "the capture job has never run for the table",
                        SqlServerCheck.TABLES,
                        setup -> {
                            setup.fixture.database.stopCapture();
                            setup.fixture.database.disable("dbo.orders", "dbo_orders");
                            setup.fixture.database.enable("dbo.orders");
                        },
                        List.of(START),
                        setup -> {
                            setup.fixture.database.startCapture();
                            setup.fixture.database.capture();
                        }),
                new Broken(
                        "the agent is stopped",
                        SqlServerCheck.AGENT,
                        setup -> setup.fixture.standIn().agent().service(false),
                        List.of(START),
                        setup -> setup.fixture.standIn().agent().service(true)),
                new Broken(
                        "the capture job is far behind",
                        SqlServerCheck.CAPTURE_PROCESS,
                        setup -> {
                            setup.fixture.insert(1, 1);
                            latency(setup, 300);
                        },
                        List.of(RAISE, STOP, START),
                        setup -> latency(setup, 0)),
                new Broken(
                        "the capture job was set to less",
                        SqlServerCheck.CAPTURE_JOB,
                        setup -> setup.sql(
                                "EXEC sys.sp_cdc_change_job @job_type = N'capture', @maxtrans = 10, @pollinginterval = 60"),
                        List.of(RAISE, STOP, START),
                        setup -> setup.sql(RAISE)),
                new Broken(
                        "the capture job does not run continuously",
                        SqlServerCheck.CAPTURE_JOB,
                        setup -> continuous(setup, false),
                        List.of("EXEC sys.sp_cdc_change_job @job_type = N'capture', @continuous = 1;", STOP, START),
                        setup -> continuous(setup, true)),
                new Broken(
                        "changes are kept for an hour",
                        SqlServerCheck.CHANGE_RETENTION,
                        setup -> retention(setup, 60),
                        List.of("EXEC sys.sp_cdc_change_job @job_type = N'cleanup', @retention = 10080;"),
                        setup -> retention(setup, 10_080)),
                new Broken(
                        "a column is not captured",
                        SqlServerCheck.COLUMNS,
                        setup -> {
                            setup.sql("ALTER TABLE dbo.orders ADD extra int");
                            setup.fixture.database.capture();
                        },
                        List.of(
                                "EXEC sys.sp_cdc_enable_table @source_schema = N'dbo', @source_name = N'orders', @capture_instance = N'dbo_orders_v2', @role_name = NULL, @supports_net_changes = 0;"),
                        setup -> {
                            setup.fixture.database.enable("dbo.orders", "dbo_orders_v2");
                            setup.fixture.database.capture();
                        }),
                new Broken(
                        "the user may not read the change tables",
                        SqlServerCheck.CHANGE_RIGHTS,
                        setup -> setup.fixture.standIn().deny("cdc.dbo_orders_CT"),
                        List.of("GRANT SELECT ON SCHEMA::[cdc] TO [dbo];"),
                        setup -> setup.fixture.standIn().grant("cdc.dbo_orders_CT")),
                new Broken(
                        "the user may not read the rows",
                        SqlServerCheck.READ_RIGHTS,
                        setup -> {
                            setup.fixture.standIn().deny("dbo.orders");
                            setup.request = StreamRequest.fresh().readingRows();
                        },
                        List.of("GRANT SELECT ON [dbo].[orders] TO [dbo];"),
                        setup -> setup.fixture.standIn().grant("dbo.orders")),
                new Broken(
                        "rows cannot be read in one view",
                        SqlServerCheck.SNAPSHOT_ISOLATION,
                        setup -> {
                            views(setup, 0);
                            setup.request = StreamRequest.fresh().readingRows();
                        },
                        List.of("ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION ON;"),
                        setup -> views(setup, 1)),
                new Broken(
                        "the user may not create the trigger",
                        SqlServerCheck.TRUNCATE_TRIGGER,
                        setup -> {
                            setup.fixture.standIn().deny("ALTER ANY DATABASE DDL TRIGGER");
                            setup.options.captureTruncateEvents(true);
                        },
                        List.of("GRANT ALTER ANY DATABASE DDL TRIGGER TO [dbo];"),
                        setup -> setup.fixture.standIn().grant("ALTER ANY DATABASE DDL TRIGGER")));
    }

    private static void latency(Setup setup, int seconds) {
        setup.fixture
                .standIn()
                .administer(
                        "UPDATE sys.dm_cdc_log_scan_sessions SET latency = %d WHERE session_id = (SELECT MAX(session_id) FROM sys.dm_cdc_log_scan_sessions)"
                                .formatted(seconds));
    }

    private static void continuous(Setup setup, boolean is) {
        setup.fixture
                .standIn()
                .administer(
                        "UPDATE \"msdb.dbo\".cdc_jobs SET continuous = %s WHERE job_type = 'capture'".formatted(is));
    }

    private static void retention(Setup setup, int minutes) {
        setup.fixture
                .standIn()
                .administer("UPDATE \"msdb.dbo\".cdc_jobs SET retention = %d WHERE job_type = 'cleanup'"
                        .formatted(minutes));
    }

    private static void views(Setup setup, int state) {
        setup.fixture.standIn().administer("UPDATE sys.databases SET snapshot_isolation_state = " + state);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void theTSqlThatMendsItIsPrinted(Broken broken) {
        try (Setup setup = new Setup()) {
            broken.breaking().accept(setup);

            Prerequisite found = prerequisite(setup.diagnose(), broken.check());

            assertThat(found.verdict()).as(found.found()).isIn(Verdict.FAILED, Verdict.WARNING);
            if (found.verdict() == Verdict.FAILED) {
                SourceException refused = setup.fixture.refused(setup.options, setup.request);
                assertThat(refused).as("what a start says").isNotNull();
                assertThat(refused.description()).isEqualTo(found.found());
            }
            Remedy remedy = Objects.requireNonNull(found.remedy());
            assertThat(remedy.sql())
                    .containsExactlyElementsOf(broken.sql().stream()
                            .map(text -> text.replace("{database}", setup.fixture.database.name()))
                            .toList());
            broken.mending().accept(setup);
            Diagnosis mended = setup.diagnose();
            assertThat(prerequisite(mended, broken.check()).verdict())
                    .as(mended.toString())
                    .isEqualTo(Verdict.OK);
            assertThat(mended.with(Verdict.FAILED)).isEmpty();
            setup.fixture.connector(setup.options).open(setup.request).close();
        }
    }

    @Test
    void aSourceThatRunsIsWellAndNothingIsChanged() {
        try (Setup setup = new Setup();
                SourceStream stream = setup.fixture.openFresh()) {
            setup.options.captureTruncateEvents(true);
            setup.request = StreamRequest.resume(stream.start()).readingRows();

            Diagnosis diagnosis = setup.diagnose();

            assertThat(diagnosis.prerequisites())
                    .as(diagnosis.toString())
                    .extracting(Prerequisite::verdict)
                    .containsOnly(Verdict.OK);
            assertThat(diagnosis.prerequisites())
                    .extracting(Prerequisite::name)
                    .containsExactlyInAnyOrderElementsOf(Arrays.stream(SqlServerCheck.values())
                            .map(SqlServerCheck::label)
                            .toList());
            assertThat(setup.fixture.database.value("SELECT COUNT(*) FROM sys.triggers"))
                    .isEqualTo(0L);
        }
    }

    private static Prerequisite prerequisite(Diagnosis diagnosis, SqlServerCheck check) {
        return diagnosis.prerequisites().stream()
                .filter(one -> one.name().equals(check.label()))
                .findFirst()
                .orElseThrow();
    }
}
