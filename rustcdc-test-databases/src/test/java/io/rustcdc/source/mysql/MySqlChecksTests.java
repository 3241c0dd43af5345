package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.rustcdc.event.FailureKind;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.TableFilter;
import io.rustcdc.test.databases.MySqlDatabase;
import io.rustcdc.test.databases.MySqlServer;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** MY-15: what a server must be, and what it is told otherwise. */
class MySqlChecksTests {

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void aServerThatIsSetUpIsAccepted(Flavor flavor) {
        MySqlServer server = MySqlServer.shared(flavor);

        ServerFacts facts = new BinlogLook(server).facts();

        assertThat(facts.flavor()).isEqualTo(flavor);
        assertThat(facts.version().major()).isEqualTo(server.version() / 10_000);
        assertThat(facts.isLogging()).isTrue();
        assertThat(facts.hasGtids()).isTrue();
        assertThat(facts.origin().isKnown()).isTrue();
        assertThat(facts.serverId()).isPositive();
        assertThat(facts.netWriteTimeout()).hasSeconds(60);
        assertThat(facts.account()).startsWith("root@");
        assertThat(new BinlogLook(server).view().present().position()).isNotNull();
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void theRightsOfTheUserSetupAreEnough(Flavor flavor) {
        MySqlServer server = MySqlServer.shared(flavor);
        server.createCdcUser("positions_cdc", "secret");

        assertThat(new BinlogLook(server).as("positions_cdc", "secret").view().gtids())
                .isNotNull();
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void my15withoutTheRightsTheGrantIsNamed(Flavor flavor) {
        MySqlServer server = MySqlServer.shared(flavor);
        server.createUser(
                "positions_poor", "secret", flavor == Flavor.MYSQL ? "caching_sha2_password" : "mysql_native_password");

        SourceException refused =
                new BinlogLook(server).as("positions_poor", "secret").refused();

        assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(refused.action())
                .contains("GRANT SELECT, REPLICATION SLAVE, "
                        + (flavor == Flavor.MYSQL ? "REPLICATION CLIENT" : "BINLOG MONITOR") + " ON *.*");
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void theOtherServerIsNamedWithTheKeyToMoveTo(Flavor flavor) {
        MySqlServer server = MySqlServer.shared(flavor);
        Flavor other = flavor == Flavor.MYSQL ? Flavor.MARIADB : Flavor.MYSQL;

        SourceException refused = new BinlogLook(server, BinlogLook.options(server, other)).refused();

        assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(refused)
                .hasMessageContaining("is " + flavor.product() + " ")
                .hasMessageContaining("expected " + other.product());
        assertThat(refused.action())
                .contains("from rustcdc.%s.shop to rustcdc.%s.shop".formatted(other.type(), flavor.type()));
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void my15aDatabaseThatIsNotThereIsRefused(Flavor flavor) {
        try (MySqlFixture shop = new MySqlFixture(MySqlServer.shared(flavor))) {
            SourceException refused = MySqlFixture.refused(shop.options().database("no_such"), StreamRequest.fresh());

            assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
            assertThat(refused).hasMessageContaining("Unknown database 'no_such'");
            assertThat(refused.action())
                    .contains("Create the database, or correct rustcdc." + flavor.type() + ".shop.database");
        }
    }

    // MY-14
    @ParameterizedTest
    @EnumSource(Flavor.class)
    void my14theServersOwnIdIsRefused(Flavor flavor) {
        MySqlServer server = MySqlServer.shared(flavor);
        long id = new BinlogLook(server).facts().serverId();

        SourceException refused =
                new BinlogLook(server, BinlogLook.options(server).serverId(id)).refused();

        assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(refused).hasMessageContaining("has server_id = " + id + " itself");
        assertThat(refused.action()).contains("rustcdc." + flavor.type() + ".shop.server-id");
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void my15aServerWithoutABinlogIsRefused(Flavor flavor) {
        try (MySqlServer server =
                MySqlServer.builder(flavor).options("skip-log-bin").start()) {
            SourceException refused = new BinlogLook(server).refused();

            assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
            assertThat(refused).hasMessageContaining("has log_bin = OFF, expected a binlog");
            assertThat(refused.action())
                    .contains("my.cnf")
                    .contains("log_bin = binlog")
                    .contains("restart");
        }
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void my15formatsThatLoseRowsAreRefusedAndOthersTold(Flavor flavor) throws SQLException {
        try (MySqlServer server = MySqlServer.builder(flavor).start()) {
            MySqlDatabase admin = server.database("mysql");
            String set = flavor == Flavor.MYSQL ? "SET PERSIST " : "SET GLOBAL ";
            for (String format : List.of("MIXED", "STATEMENT")) {
                admin.sql("SET GLOBAL binlog_format = " + format);
                SourceException refused = new BinlogLook(server).refused();

                assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
                assertThat(refused).hasMessageContaining("has binlog_format = " + format + ", expected ROW");
                assertThat(refused.action()).contains(set + "binlog_format = 'ROW';");
                assertThat(new BinlogLook(server, BinlogLook.options(server).binlogFormatCheck(false)).view())
                        .isNotNull();
            }
            admin.sql("SET GLOBAL binlog_format = ROW", "SET GLOBAL binlog_row_image = MINIMAL");
            assertThat(told(server))
                    .singleElement()
                    .asString()
                    .contains("binlog_row_image is MINIMAL")
                    .contains(set + "binlog_row_image = 'FULL';");

            admin.sql("SET GLOBAL binlog_row_image = FULL", "SET GLOBAL binlog_row_metadata = FULL");
            assertThat(told(server)).isEmpty();
            assertThat(new BinlogLook(server).facts().hasFullMetadata()).isTrue();
        }
    }

    @Test
    void my15partialJsonAndGtidModesAreNamed() {
        try (MySqlServer server = MySqlServer.builder(Flavor.MYSQL).start()) {
            MySqlDatabase admin = server.database("mysql");
            admin.sql("SET GLOBAL binlog_row_value_options = PARTIAL_JSON");
            SourceException json = new BinlogLook(server).refused();
            assertThat(json.kind()).isEqualTo(FailureKind.CONFIGURATION);
            assertThat(json.action()).contains("SET PERSIST binlog_row_value_options = '';");

            admin.sql("SET GLOBAL binlog_row_value_options = ''", "SET GLOBAL gtid_mode = ON_PERMISSIVE");
            SourceException gtids =
                    new BinlogLook(server, BinlogLook.options(server).gtidModeEnabled(true)).refused();
            assertThat(gtids.kind()).isEqualTo(FailureKind.CONFIGURATION);
            assertThat(gtids)
                    .hasMessageContaining("has gtid_mode = ON_PERMISSIVE, expected ON")
                    .hasMessageContaining("rustcdc.mysql.shop.gtid-mode-enabled is true");
            assertThat(gtids.action()).contains("SET PERSIST gtid_mode = ON;");

            BinlogView view = new BinlogLook(server).view();
            assertThat(view.gtids()).isNull();
            assertThat(view.present().executed().isEmpty()).isTrue();
        }
    }

    /** What is logged at a start, beginning with the name of the source. */
    @ParameterizedTest
    @EnumSource(Flavor.class)
    void aDatabaseWhoseChangesAreNotLoggedIsRefused(Flavor flavor) {
        try (MySqlServer server =
                MySqlServer.builder(flavor).options("binlog-ignore-db=quiet").start()) {
            MySqlOptions.Builder options = BinlogLook.options(server);
            assertThat(new BinlogLook(server, options.tables(TableFilter.of("shop.orders"))).view())
                    .isNotNull();

            SourceException refused =
                    new BinlogLook(server, options.tables(TableFilter.of("shop.orders", "quiet.*"))).refused();

            assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
            assertThat(refused).hasMessageContaining("'quiet'").hasMessageContaining("binlog_ignore_db = 'quiet'");
            assertThat(refused.action()).contains("my.cnf");
        }
    }

    private static List<String> told(MySqlServer server) throws SQLException {
        Logger logger = (Logger) LoggerFactory.getLogger(ServerChecks.class);
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        logger.addAppender(appender);
        try {
            MySqlOptions options = BinlogLook.options(server).build();
            ServerChecks checks = new ServerChecks(options);
            ServerFacts facts = new BinlogLook(server).facts();
            checks.check(checks.atStart(), facts);
            checks.check(checks.atStart(), facts);
            return appender.list.stream()
                    .map(ILoggingEvent::getFormattedMessage)
                    .toList();
        } finally {
            logger.detachAppender(appender);
        }
    }
}
