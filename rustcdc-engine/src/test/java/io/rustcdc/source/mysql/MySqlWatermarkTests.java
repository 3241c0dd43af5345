package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Offset;
import io.rustcdc.source.SourceException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MySqlWatermarkTests {

    private static final String UUID = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
    private static final Origin MYSQL = new Origin(Flavor.MYSQL, UUID, 0);
    private static final Origin OTHER_MYSQL = new Origin(Flavor.MYSQL, "4e11fa47-71ca-11e1-9e33-c80aa9429562", 0);
    private static final Origin MARIADB = new Origin(Flavor.MARIADB, null, 7);

    private final MySqlWatermark mysql = new MySqlWatermark(
            MYSQL,
            GtidSet.parse(Flavor.MYSQL, UUID + ":1-10:12"),
            place("binlog.000009:900"),
            place("binlog.000010:4"));

    private final MySqlWatermark mariadb = new MySqlWatermark(
            MARIADB, GtidSet.empty(Flavor.MARIADB), place("binlog.999999:900"), place("binlog.1000000:300"));

    private static BinlogPosition place(String text) {
        return BinlogPosition.parse(text);
    }

    private static MySqlMark mark(Origin origin, @Nullable String gtid, String begin) {
        return new MySqlMark(origin, gtid == null ? null : Gtid.parse(origin.flavor(), gtid), place(begin));
    }

    private static Offset at(Origin origin, String place) {
        return MySqlOffset.at(origin, place(place), GtidSet.empty(origin.flavor()));
    }

    @Test
    @DisplayName("MY-19: a transaction below the lower place that the engine has not committed is not included")
    void leavesOutWhatIsInTheBinlogAndNotCommitted() {
        assertThat(mysql.includes(mark(MYSQL, UUID + ":11", "binlog.000009:400")))
                .isFalse();
        assertThat(mysql.includes(mark(MYSQL, UUID + ":10", "binlog.000009:400")))
                .isTrue();
    }

    @Test
    @DisplayName("MY-19: a transaction behind the lower place that the engine had committed is included")
    void includesWhatCommittedInAnotherOrder() {
        assertThat(mysql.includes(mark(MYSQL, UUID + ":12", "binlog.000010:700")))
                .isTrue();
    }

    @Test
    @DisplayName("MY-20: without a GTID the place in the binlog counts")
    void comparesPlacesWithoutGtids() {
        assertThat(mysql.includes(mark(MYSQL, null, "binlog.000009:899"))).isTrue();
        assertThat(mysql.includes(mark(MYSQL, null, "binlog.000009:900"))).isFalse();
        assertThat(mysql.includes(mark(MYSQL, null, "binlog.000010:4"))).isFalse();
    }

    @Test
    void placesCountOnMariaDbWhateverTheGtids() {
        assertThat(mariadb.includes(mark(MARIADB, "0-7-99", "binlog.999999:899")))
                .isTrue();
        assertThat(mariadb.includes(mark(MARIADB, "0-7-1", "binlog.999999:900")))
                .isFalse();
    }

    @Test
    @DisplayName("MY-17: files are in the order of their numbers")
    void ordersFilesByNumber() {
        assertThat(mariadb.isPassedBy(at(MARIADB, "binlog.999999:5000"))).isFalse();
        assertThat(mariadb.isPassedBy(at(MARIADB, "binlog.1000000:299"))).isFalse();
        assertThat(mariadb.isPassedBy(at(MARIADB, "binlog.1000000:300"))).isTrue();
        assertThat(mysql.isPassedBy(at(MYSQL, "binlog.000009:900"))).isFalse();
        assertThat(mysql.isPassedBy(at(MYSQL, "binlog.000010:4"))).isTrue();
    }

    @Test
    void isPassedByTheTransactionThatBeginsThere() {
        assertThat(mariadb.isPassedBy(mark(MARIADB, null, "binlog.1000000:299")))
                .isFalse();
        assertThat(mariadb.isPassedBy(mark(MARIADB, null, "binlog.1000000:300")))
                .isTrue();
    }

    @Test
    void isNotPassedByAnOffsetThatNamesNoPlace() {
        assertThat(mysql.isPassedBy(MySqlOffset.parse(Flavor.MYSQL, Map.of("gtid", UUID + ":1-20"))))
                .isFalse();
    }

    @Test
    void knowsTransactionsOfAnotherServerByTheirGtids() {
        assertThat(mysql.includes(mark(OTHER_MYSQL, UUID + ":10", "log.000001:4")))
                .isTrue();
        assertThat(mysql.includes(mark(OTHER_MYSQL, UUID + ":13", "log.000001:4")))
                .isFalse();
    }

    @Test
    void neverComparesPlacesOfTwoServers() {
        assertRefused(() -> mysql.includes(mark(OTHER_MYSQL, null, "binlog.000001:4")));
        assertRefused(() -> mysql.isPassedBy(mark(OTHER_MYSQL, UUID + ":10", "binlog.000099:4")));
        assertRefused(() -> mysql.isPassedBy(at(OTHER_MYSQL, "binlog.000099:4")));
        assertRefused(() -> mariadb.isPassedBy(at(new Origin(Flavor.MARIADB, null, 8), "binlog.2000000:4")));
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable comparison) {
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(comparison)
                .withMessageContaining("Rows were read from the server with")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.TRANSIENT));
    }

    @Test
    void refusesWhatOtherConnectorsMade() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> mysql.includes(new io.rustcdc.source.TransactionMark() {}));
    }
}
