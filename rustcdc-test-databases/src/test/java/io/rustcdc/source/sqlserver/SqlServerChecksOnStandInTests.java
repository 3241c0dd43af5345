package io.rustcdc.source.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.SourceWarning;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceInspector;
import io.rustcdc.source.StreamRequest;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class SqlServerChecksOnStandInTests extends SqlServerChecksContract {

    SqlServerChecksOnStandInTests() {
        super(SqlServerKind.STAND_IN);
    }

    private List<SourceWarning> warnings() {
        try (SourceInspector inspector = fixture.connector().inspector()) {
            return inspector.inspect(true).warnings();
        }
    }

    private SourceWarning warning(String code) {
        List<SourceWarning> warnings = warnings();
        assertThat(warnings).extracting(SourceWarning::code).contains(code);
        return warnings.stream()
                .filter(warning -> warning.code().equals(code))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName("MS-14: a stopped agent is shown, with the procedure that starts its job, and is not taken for an idle"
            + " database")
    void showsThatTheAgentIsStopped() {
        assertThat(warnings()).isEmpty();

        fixture.standIn().agent().service(false);

        SourceWarning warning = warning("capture_agent_stopped");
        assertThat(warning.text()).contains("Stopped");
        assertThat(warning.action()).contains("EXEC sys.sp_cdc_start_job @job_type = N'capture'");
        fixture.standIn().agent().service(true);
        assertThat(warnings()).isEmpty();
    }

    @Test
    @DisplayName(
            "MS-14: a capture job that writes nothing for a quarter of an hour is shown, also to a user who may not"
                    + " see the agent")
    void showsThatTheJobIsStopped() {
        fixture.insert(1, 1);
        fixture.standIn().deny("VIEW SERVER STATE");
        fixture.standIn()
                .administer("UPDATE cdc.lsn_time_mapping SET tran_end_time = DATEADD(MINUTE, -20, tran_end_time)");

        SourceWarning warning = warning("capture_stalled");

        assertThat(warning.action()).contains("EXEC sys.sp_cdc_start_job @job_type = N'capture'");
        fixture.standIn().agent().noteQuiet();
        assertThat(warnings()).isEmpty();
    }

    @Test
    @DisplayName(
            "A capture job that is far behind is shown with what its settings allow, and the call that raises them")
    void showsThatTheJobIsBehind() {
        fixture.insert(1, 1);
        fixture.standIn()
                .administer("UPDATE sys.dm_cdc_log_scan_sessions SET latency = 300 WHERE session_id = (SELECT"
                        + " MAX(session_id) FROM sys.dm_cdc_log_scan_sessions)");

        SourceWarning warning = warning("capture_behind");

        assertThat(warning.text()).contains("300 s").contains("1000 transactions");
        assertThat(warning.action()).contains("EXEC sys.sp_cdc_change_job @job_type = N'capture'");
    }

    private List<ILoggingEvent> toldOfThroughput(int starts) {
        Logger logger = (Logger) LoggerFactory.getLogger(CaptureThroughput.class);
        Level level = logger.getLevel();
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        logger.addAppender(appender);
        logger.setLevel(Level.INFO);
        try {
            SqlServerConnector connector = fixture.connector();
            for (int i = 0; i < starts; i++) {
                connector.open(StreamRequest.fresh()).close();
            }
            return List.copyOf(appender.list);
        } finally {
            logger.setLevel(level);
            logger.detachAppender(appender);
        }
    }

    @Test
    @DisplayName("A start says once what the settings of the capture job let through, with the call that raises it")
    void saysWhatTheCaptureJobLetsThrough() {
        assertThat(toldOfThroughput(2)).singleElement().satisfies(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.INFO);
            assertThat(event.getFormattedMessage())
                    .contains("at most 1000 transactions in a second")
                    .contains("maxtrans 500 x maxscans 10 / pollinginterval 5 s")
                    .contains("EXEC sys.sp_cdc_change_job @job_type = N'capture'");
        });
    }

    @Test
    @DisplayName("A capture job that was set to less than its defaults let through is a warning at the start")
    void warnsOfACaptureJobThatIsHeldBack() {
        fixture.database.sql(
                "EXEC sys.sp_cdc_change_job @job_type = N'capture', @maxtrans = 10, @pollinginterval = 60");

        assertThat(toldOfThroughput(1)).singleElement().satisfies(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.WARN);
            assertThat(event.getFormattedMessage())
                    .contains("at most 1 transactions in a second")
                    .contains("may wait 60 s")
                    .contains("EXEC sys.sp_cdc_change_job @job_type = N'capture'");
        });
    }

    @Test
    @DisplayName("A capture job that does not run continuously is a warning at the start")
    void warnsOfACaptureJobThatDoesNotRunByItself() {
        fixture.standIn().administer("UPDATE \"msdb.dbo\".cdc_jobs SET continuous = FALSE WHERE job_type = 'capture'");

        assertThat(toldOfThroughput(1)).singleElement().satisfies(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.WARN);
            assertThat(event.getFormattedMessage())
                    .contains("EXEC sys.sp_cdc_change_job @job_type = N'capture', @continuous = 1");
        });
    }

    @Test
    @DisplayName("A job that does not pause, and one that the user must not see, are not spoken of")
    void saysNothingOfAJobThatItCannotJudge() {
        fixture.database.sql("EXEC sys.sp_cdc_change_job @job_type = N'capture', @pollinginterval = 0");
        assertThat(toldOfThroughput(1)).isEmpty();
        fixture.database.sql("EXEC sys.sp_cdc_change_job @job_type = N'capture', @pollinginterval = 5");
        fixture.standIn().deny("msdb.dbo.cdc_jobs");
        assertThat(toldOfThroughput(1)).isEmpty();
    }

    @Test
    @DisplayName("A column that no instance captures is shown with the call that makes a second instance")
    void showsColumnsThatAreNotCaptured() {
        fixture.database.sql("ALTER TABLE dbo.orders ADD extra int");
        fixture.database.capture();

        SourceWarning warning = warning("column_not_captured");

        assertThat(warning.text()).contains("extra");
        assertThat(warning.action()).contains("sp_cdc_enable_table").contains("@capture_instance");
    }

    @Test
    @DisplayName("A user who must not read the change tables is refused with the GRANT")
    void refusesAUserWithoutRights() {
        fixture.standIn().deny("cdc.dbo_orders_CT");

        SourceException failure = fixture.refused(StreamRequest.fresh());

        assertThat(failure.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(failure.getMessage()).contains("dbo.orders");
        assertThat(failure.action()).contains("GRANT SELECT ON SCHEMA::[cdc]");
    }

    @Test
    @DisplayName("A user who must not read the rows is refused with the GRANT if rows are to be read, and only then")
    void refusesAUserWhoMustNotReadRows() {
        fixture.standIn().deny("dbo.orders");

        SourceException failure = fixture.refused(StreamRequest.fresh().readingRows());

        assertThat(failure.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(failure.action()).contains("GRANT SELECT ON [dbo].[orders]");
        fixture.openFresh().close();
    }

    @Test
    @DisplayName("MS-14: where the capture job has not begun with any table yet, a start is tried again, and the way to"
            + " start the job is named")
    void waitsForTheFirstRunOfTheJob() {
        fixture.database.stopCapture();
        fixture.database.disable("dbo.orders", "dbo_orders");
        fixture.database.enable("dbo.orders");

        SourceException failure = fixture.refused(StreamRequest.fresh());

        assertThat(failure.kind()).isEqualTo(FailureKind.TRANSIENT);
        assertThat(failure.action()).contains("EXEC sys.sp_cdc_start_job @job_type = N'capture'");
        fixture.database.startCapture();
        fixture.database.capture();
        fixture.openFresh().close();
    }

    @Test
    @DisplayName("A server before 2016 is refused by its version")
    void refusesAnOldServer() {
        fixture.standIn().property("ProductMajorVersion", "12");

        SourceException failure = fixture.refused(StreamRequest.fresh());

        assertThat(failure.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(failure.getMessage()).contains("2016");
    }

    @Test
    @DisplayName(
            "capture-truncate-events without the right to create the trigger is refused with the GRANT and the way out")
    void refusesToCaptureTruncateWithoutTheRight() {
        fixture.standIn().deny("ALTER ANY DATABASE DDL TRIGGER");

        SourceException failure = fixture.refused(fixture.options().captureTruncateEvents(true), StreamRequest.fresh());

        assertThat(failure.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(failure.action())
                .contains("GRANT ALTER ANY DATABASE DDL TRIGGER")
                .contains("capture-truncate-events");
    }
}
