package io.rustcdc.source.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.TableFilter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a start refuses, with the statement that mends it, and what TRUNCATE does. */
abstract class SqlServerChecksContract {

    private final SqlServerKind kind;
    SqlServerFixture fixture;

    SqlServerChecksContract(SqlServerKind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void start() {
        fixture = new SqlServerFixture(kind).withOrders();
    }

    @AfterEach
    void end() {
        if (fixture != null) {
            fixture.close();
        }
    }

    @Test
    @DisplayName("A database without change data capture is refused with the procedure that enables it")
    void refusesADatabaseThatIsNotEnabled() {
        fixture.database.disable("dbo.orders", "dbo_orders");
        fixture.database.sql("EXEC sys.sp_cdc_disable_db");

        SourceException failure = fixture.refused(StreamRequest.fresh());

        assertThat(failure.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(failure.action()).contains("EXEC sys.sp_cdc_enable_db");
    }

    @Test
    @DisplayName("A table without a capture instance is refused with the procedure call that makes one")
    void refusesATableThatIsNotEnabled() {
        fixture.database.sql("CREATE TABLE dbo.items (id int PRIMARY KEY)");

        SourceException failure =
                fixture.refused(fixture.options().tables(TableFilter.of("dbo.items")), StreamRequest.fresh());

        assertThat(failure.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(failure.getMessage()).contains("dbo.items");
        assertThat(failure.action())
                .contains("EXEC sys.sp_cdc_enable_table @source_schema = N'dbo', @source_name = N'items'");
    }

    @Test
    @DisplayName("MS-11: filters that leave no table are refused by name")
    void refusesFiltersThatLeaveNothing() {
        SourceException failure =
                fixture.refused(fixture.options().tables(TableFilter.of("dbo.x*", "sales.*")), StreamRequest.fresh());

        assertThat(failure.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(failure.getMessage()).contains("dbo.x*").contains("sales.*");
        assertThat(failure.action()).contains("dbo.orders");
    }

    @Test
    @DisplayName(
            "MS-R12: TRUNCATE of a captured table is refused by the server, error 4711, with the trigger and without")
    void truncateIsRefusedByTheServer() {
        assertThat(truncateError()).isEqualTo(4711);
        try (SourceStream stream =
                fixture.connector(fixture.options().captureTruncateEvents(true)).open(StreamRequest.fresh())) {
            assertThat(triggers()).isEqualTo(1);
            assertThat(truncateError()).isEqualTo(4711);
            assertThat(stream.start()).isNotNull();
        }
    }

    private int truncateError() {
        try {
            fixture.database.sql("TRUNCATE TABLE dbo.orders");
            return 0;
        } catch (IllegalStateException e) {
            return ((java.sql.SQLException) e.getCause()).getErrorCode();
        }
    }

    @Test
    @DisplayName(
            "MS-R4, capture-truncate-events: the trigger is there once after two starts, the runbook's query finds it,"
                    + " and its clean-up removes it")
    void installsTheTriggerOnce() throws Exception {
        for (int i = 0; i < 2; i++) {
            fixture.connector(fixture.options().captureTruncateEvents(true))
                    .open(StreamRequest.fresh())
                    .close();
        }
        assertThat(triggers()).isEqualTo(1);
        assertThat(fixture.database.query(
                        "SELECT t.name AS trigger_name, te.type_desc AS event_type FROM sys.triggers t JOIN"
                                + " sys.trigger_events te ON t.object_id = te.object_id WHERE t.parent_class_desc"
                                + " = 'DATABASE' AND t.name LIKE 'rustcdc_%'"))
                .containsExactly(java.util.List.of("rustcdc_truncate_capture", "ALTER_TABLE"));
        try (var connection = fixture.database.connect();
                var statement = connection.createStatement()) {
            statement.execute("DROP TRIGGER IF EXISTS rustcdc_truncate_capture ON DATABASE");
        }
        assertThat(triggers()).isZero();
    }

    private int triggers() {
        return ((Number) fixture.database.value(
                        "SELECT COUNT(*) FROM sys.triggers WHERE parent_class_desc = 'DATABASE' AND name ="
                                + " 'rustcdc_truncate_capture'"))
                .intValue();
    }
}
