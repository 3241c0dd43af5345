package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.test.databases.MySqlDatabase;
import io.rustcdc.test.databases.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where a stream may begin, at real servers that purge, reset and fail over. */
class MySqlStartPositionTests {

    // MY-R8
    @ParameterizedTest
    @EnumSource(Flavor.class)
    void thePresentIsAFileAPlaceAndItsTransactions(Flavor flavor) {
        try (MySqlServer server = start(flavor)) {
            write(server, 3);

            StartPosition.Start start = new BinlogLook(server).find(StreamRequest.fresh());

            assertThat(start.byGtid()).isTrue();
            assertThat(start.offset().position())
                    .hasToString(server.binlogStatus().file() + ":"
                            + server.binlogStatus().position());
            assertThat(start.offset().executed())
                    .hasToString(server.binlogStatus().gtids());
        }
    }

    // MY-04
    @ParameterizedTest
    @EnumSource(Flavor.class)
    void my04purgedTransactionsMatterOnlyWhereTheyAreMissing(Flavor flavor) {
        try (MySqlServer server = start(flavor)) {
            BinlogLook look = new BinlogLook(server);
            write(server, 2);
            MySqlOffset early = look.present();
            write(server, 2);
            MySqlOffset last = look.present();
            BinlogLook.purge(server);

            StartPosition.Start resumed = look.resume(last);
            SourceException lost = look.refused(early);
            StartPosition.Start behind = look.behindTheGap(early);

            assertThat(resumed).isEqualTo(new StartPosition.Start(last, true));
            assertThat(lost.kind()).isEqualTo(FailureKind.POSITION_LOST);
            assertThat(lost).hasMessageContaining("missing=" + last.executed().minus(early.executed()));
            assertThat(behind.byGtid()).isTrue();
            assertThat(behind.offset().executed()).isEqualTo(last.executed());
        }
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void aPurgedFileIsLostAndTheOldestIsBehindTheGap(Flavor flavor) {
        try (MySqlServer server = start(flavor)) {
            BinlogLook look = new BinlogLook(server, BinlogLook.options(server).gtidModeEnabled(false));
            write(server, 2);
            MySqlOffset early = look.present();
            assertThat(early.executed().isEmpty()).isTrue();
            assertThat(look.resume(early)).isEqualTo(new StartPosition.Start(early, false));
            BinlogLook.purge(server);

            SourceException lost = look.refused(early);
            StartPosition.Start behind = look.behindTheGap(early);

            assertThat(lost.kind()).isEqualTo(FailureKind.POSITION_LOST);
            assertThat(lost).hasMessageContaining("binlog file of checkpoint=" + early.text() + " was purged");
            assertThat(behind.offset().position()).isEqualTo(look.view().files().start());
        }
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void aServerThatWasResetDoesNotHaveThePosition(Flavor flavor) {
        try (MySqlServer server = start(flavor)) {
            BinlogLook byGtid = new BinlogLook(server);
            BinlogLook byFile =
                    new BinlogLook(server, BinlogLook.options(server).gtidModeEnabled(false));
            write(server, 5);
            server.database("mysql").sql("FLUSH BINARY LOGS");
            MySqlOffset saved = byGtid.present();
            MySqlOffset file = byFile.present();
            server.database("mysql").sql("RESET MASTER");
            write(server, 1);

            SourceException unknown = byGtid.refused(saved);
            SourceException gone = byFile.refused(file);
            StartPosition.Start behind = byGtid.behindTheGap(saved);

            assertThat(unknown.kind()).isEqualTo(FailureKind.POSITION_LOST);
            assertThat(unknown)
                    .hasMessageContaining("transactions that the server")
                    .hasMessageContaining("surplus=");
            assertThat(gone.kind()).isEqualTo(FailureKind.POSITION_LOST);
            assertThat(gone.action()).contains("RESET MASTER");
            assertThat(behind.offset().executed().isEmpty()).isTrue();
            assertThat(behind.offset().position())
                    .isEqualTo(byGtid.view().files().start());
        }
    }

    // MY-03, MY-R8
    @ParameterizedTest
    @EnumSource(Flavor.class)
    void my03afterAFailoverGtidsMoveOnAndFilesAreRefused(Flavor flavor) {
        try (MySqlServer primary = start(flavor);
                MySqlServer replica =
                        primary.replica().options("log-bin=other-bin").start()) {
            write(primary, 3);
            replica.awaitCaughtUp();
            MySqlOffset saved = new BinlogLook(primary).present();
            MySqlOffset file =
                    new BinlogLook(primary, BinlogLook.options(primary).gtidModeEnabled(false)).present();
            replica.promote();
            write(replica, 1);

            StartPosition.Start resumed = new BinlogLook(replica).resume(saved);
            SourceException refused =
                    new BinlogLook(replica, BinlogLook.options(replica).gtidModeEnabled(false)).refused(file);

            assertThat(resumed.byGtid()).isTrue();
            assertThat(resumed.offset().position()).isNull();
            assertThat(resumed.offset().executed()).isEqualTo(saved.executed());
            assertThat(refused.kind()).isEqualTo(FailureKind.POSITION_LOST);
            assertThat(refused).hasMessageContaining("is a place in a file of the server with");

            write(primary, 1);
            SourceException notReceived = new BinlogLook(replica).refused(new BinlogLook(primary).present());
            assertThat(notReceived.kind()).isEqualTo(FailureKind.POSITION_LOST);
            assertThat(notReceived).hasMessageContaining("surplus=");
        }
    }

    @Test
    void transactionsUnderWayAreKnown() throws SQLException {
        MySqlServer server = MySqlServer.shared(Flavor.MYSQL);
        String uuid = "f0000000-0000-0000-0000-000000000001";
        try (MySqlDatabase database = server.createDatabase();
                Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            database.sql("CREATE TABLE t (id int PRIMARY KEY)");
            statement.execute("SET gtid_next = '" + uuid + ":7'");
            statement.execute("BEGIN");
            statement.execute("INSERT INTO t VALUES (1)");

            UuidGtidState gtids = (UuidGtidState)
                    Objects.requireNonNull(new BinlogLook(server).view().gtids());
            assertThat(gtids.owned()).hasToString(uuid + ":7");
            assertThat(gtids.unknownOf(UuidGtidSet.parse(uuid + ":7-8"))).hasToString(uuid + ":8");
            statement.execute("ROLLBACK");
            statement.execute("SET gtid_next = AUTOMATIC");
        }
    }

    // MY-20
    @Test
    void my20aCheckpointWithoutASetWorksByFileWhereGtidsAreOnNow() {
        MySqlServer server = MySqlServer.shared(Flavor.MYSQL);
        MySqlOffset before = new BinlogLook(server, BinlogLook.options(server).gtidModeEnabled(false)).present();

        assertThat(new BinlogLook(server).resume(before)).isEqualTo(new StartPosition.Start(before, false));
    }

    @Test
    void mariaDbTellsTheTransactionsOfAPlace() {
        try (MySqlServer server = start(Flavor.MARIADB)) {
            BinlogLook look = new BinlogLook(server);
            write(server, 2);
            MySqlOffset early = look.present();
            write(server, 2);
            BinlogPosition place = Objects.requireNonNull(early.position());

            MySqlOffset byHand = MySqlOffset.parse(
                    Flavor.MARIADB, Map.of("binlog_file", place.file(), "binlog_pos", place.offset()));

            assertThat(look.resume(byHand)).isEqualTo(new StartPosition.Start(early, true));
            assertThat(look.executedBefore(place.at(place.offset() + 1))).isNull();
            assertThat(look.refused(MySqlOffset.parse(
                            Flavor.MARIADB, Map.of("binlog_file", place.file(), "binlog_pos", place.offset() + 1))))
                    .hasMessageContaining("no event begins at checkpoint=");
        }
    }

    private static MySqlServer start(Flavor flavor) {
        return MySqlServer.builder(flavor)
                .options("loose-slave-connections-needed-for-purge=0") // MariaDB 11.4 purges nothing without a replica
                .start();
    }

    private static void write(MySqlServer server, int transactions) {
        MySqlDatabase admin = server.database("mysql");
        admin.sql("CREATE DATABASE IF NOT EXISTS shop", "CREATE TABLE IF NOT EXISTS shop.orders (id serial)");
        for (int i = 0; i < transactions; i++) {
            admin.sql("INSERT INTO shop.orders VALUES ()");
        }
    }
}
