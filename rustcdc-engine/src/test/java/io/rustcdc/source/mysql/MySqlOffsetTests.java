package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MySqlOffsetTests {

    private static final String UUID = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
    private static final Origin MYSQL = new Origin(Flavor.MYSQL, UUID, 0);
    private static final Origin MARIADB = new Origin(Flavor.MARIADB, null, 7);
    private static final GtidSet NONE = GtidSet.empty(Flavor.MYSQL);

    private static MySqlOffset at(Origin origin, String position, String gtids) {
        return MySqlOffset.at(origin, BinlogPosition.parse(position), GtidSet.parse(origin.flavor(), gtids));
    }

    private static MySqlOffset inside(Origin origin, String position, String gtids, long done) {
        return MySqlOffset.inside(at(origin, position, gtids), null, done, 9000);
    }

    @Test
    void readsBackWhatItShows() {
        for (MySqlOffset offset : List.of(
                at(MYSQL, "binlog.000042:157", ""),
                at(MYSQL, "binlog.000042:157", UUID + ":1-9"),
                inside(MYSQL, "binlog.000042:157", "", 3),
                MySqlOffset.inside(
                        at(MYSQL, "binlog.000042:157", UUID + ":1-9"), Gtid.parse(Flavor.MYSQL, UUID + ":10"), 3, 900),
                at(MARIADB, "mysql-bin.000001:4", "0-7-42"),
                MySqlOffset.inside(
                        at(MARIADB, "mysql-bin.000001:4", "0-7-42"), Gtid.parse(Flavor.MARIADB, "0-7-43"), 3, 900),
                at(Origin.unknown(Flavor.MYSQL), "binlog.1000000:5000000000", ""),
                MySqlOffset.parse(Flavor.MYSQL, Map.of("gtid", UUID + ":1-9")))) {
            assertThat(MySqlOffset.parse(offset.origin().flavor(), offset.fields()))
                    .isEqualTo(offset)
                    .hasSameHashCodeAs(offset);
        }
    }

    // MY-02, MY-06
    @Test
    void showsTheFieldsThatScriptsReadFirst() {
        assertThat(at(MYSQL, "binlog.000042:157", UUID + ":1-10").fields())
                .containsExactly(
                        Map.entry("gtid", UUID + ":1-10"),
                        Map.entry("binlog_file", "binlog.000042"),
                        Map.entry("binlog_pos", 157L),
                        Map.entry("source_flavor", "mysql"),
                        Map.entry("server_uuid", UUID));
        assertThat(MySqlOffset.inside(
                                at(MARIADB, "binlog.000042:157", "0-7-42"),
                                Gtid.parse(Flavor.MARIADB, "0-7-43"),
                                3,
                                900)
                        .fields())
                .containsExactly(
                        Map.entry("gtid", "0-7-42"),
                        Map.entry("binlog_file", "binlog.000042"),
                        Map.entry("binlog_pos", 157L),
                        Map.entry("source_flavor", "mariadb"),
                        Map.entry("server_id", 7L),
                        Map.entry("tx_changes_done", 3L),
                        Map.entry("tx_last_change_pos", 900L),
                        Map.entry("tx_gtid", "0-7-43"));
        assertThat(at(MYSQL, "binlog.000042:157", "").fields()).containsEntry("gtid", "");
    }

    @Test
    void textIsThePositionOfTheChangeItself() {
        assertThat(at(MYSQL, "binlog.000042:157", UUID + ":1").text()).isEqualTo("binlog.000042:157");
        assertThat(inside(MYSQL, "binlog.000042:157", "", 3).text()).isEqualTo("binlog.000042:9000");
        assertThat(MySqlOffset.parse(Flavor.MYSQL, Map.of("gtid", UUID + ":1")).text())
                .isEqualTo(UUID + ":1");
    }

    @Test
    void acceptsWhatAnOperatorWrites() {
        MySqlOffset expected = at(Origin.unknown(Flavor.MYSQL), "binlog.000042:157", "");

        assertThat(MySqlOffset.parse(Flavor.MYSQL, Map.of("binlog_file", "binlog.000042", "binlog_pos", 157)))
                .isEqualTo(expected);
        assertThat(MySqlOffset.parse(
                        Flavor.MYSQL,
                        Map.of("gtid", "", "binlog_file", " binlog.000042", "binlog_pos", "157", "note", List.of(1))))
                .isEqualTo(expected);
        assertThat(MySqlOffset.parse(Flavor.MARIADB, Map.of("gtid", " 0-1-42 ", "source_flavor", "mariadb"))
                        .executed())
                .hasToString("0-1-42");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "binlog_pos | 0 | 'binlog_pos' must be a whole number of at least 4, found \"0\"",
                "binlog_pos | 3 | 'binlog_pos' must be a whole number of at least 4, found \"3\"",
                "binlog_pos | x | 'binlog_pos' must be a whole number of at least 4, found \"x\"",
                "binlog_pos | | 'binlog_pos' must be a whole number of at least 4, found null",
                "binlog_file | | 'binlog_file' must be a text that is not blank, found null",
                "binlog_file | binlog | 'binlog_file' must be a file's name with its number, such as \"binlog.000042\", found \"binlog\"",
                "gtid | 0-1-42 | 'gtid': Expected MySQL GTIDs such as",
                "source_flavor | mariadb | 'source_flavor' must be \"mysql\", the flavour of the source, found \"mariadb\"",
                "tx_changes_done | 0 | 'tx_changes_done' must be a whole number of at least 1",
                "tx_changes_done | | 'tx_changes_done' must be a whole number of at least 1, found null",
                "tx_last_change_pos | 0 | 'tx_last_change_pos' must be a whole number of at least 4",
                "tx_gtid | 7 | 'tx_gtid': Expected MySQL GTIDs such as",
            })
    void namesTheFieldThatIsMissingOrMalformed(String field, String value, String message) {
        Map<String, Object> fields =
                new HashMap<>(inside(MYSQL, "binlog.000042:157", UUID + ":1", 3).fields());
        fields.put(field, value);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> MySqlOffset.parse(Flavor.MYSQL, fields))
                .withMessageContaining(message);
    }

    @Test
    void refusesAnOffsetThatIsNoPosition() {
        for (Map<String, Object> fields :
                List.<Map<String, Object>>of(Map.of(), Map.of("gtid", ""), Map.of("lsn", 7))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> MySqlOffset.parse(Flavor.MYSQL, fields))
                    .withMessageContaining("must have 'gtid', or 'binlog_file' and 'binlog_pos'");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MySqlOffset.parse(Flavor.MYSQL, Map.of("gtid", UUID + ":1", "tx_changes_done", 1)))
                .withMessageContaining(
                        "'binlog_file' must be the file of the transaction that is partly done, found null");
    }

    // MY-17
    @Test
    void my17filesAreInTheOrderOfTheirNumbers() {
        List<MySqlOffset> ascending = List.of(
                at(MYSQL, "binlog.000009:4", ""),
                inside(MYSQL, "binlog.000009:4", "", 1),
                inside(MYSQL, "binlog.000009:4", "", 25),
                at(MYSQL, "binlog.000009:900", ""),
                at(MYSQL, "binlog.000010:4", UUID + ":1"),
                at(MYSQL, "binlog.999999:5000000000", ""),
                at(MYSQL, "binlog.1000000:4", ""));
        for (int i = 0; i < ascending.size(); i++) {
            for (int j = 0; j < ascending.size(); j++) {
                assertThat(ascending.get(i).isBefore(ascending.get(j)))
                        .as("%s before %s", ascending.get(i), ascending.get(j))
                        .isEqualTo(i < j);
            }
        }
    }

    @Test
    void comparesOtherServersByWhatTheyExecuted() {
        Origin other = new Origin(Flavor.MYSQL, "f0000000-0000-0000-0000-000000000001", 0);
        MySqlOffset before = at(MYSQL, "binlog.000009:900", UUID + ":1-5");

        assertThat(before.isBefore(at(other, "binlog.000001:4", UUID + ":1-6"))).isTrue();
        assertThat(at(other, "binlog.000001:4", UUID + ":1-6").isBefore(before)).isFalse();
        assertThat(before.isBefore(at(other, "binlog.000010:4", UUID + ":1-5"))).isFalse();
        assertThat(before.isBefore(at(other, "binlog.000010:4", UUID + ":2-6"))).isFalse();
        assertThat(before.isBefore(at(other, "binlog.000010:4", ""))).isFalse();
        assertThat(at(MYSQL, "binlog.000009:900", "").isBefore(at(other, "binlog.000010:4", UUID + ":1")))
                .isFalse();
        assertThat(at(Origin.unknown(Flavor.MYSQL), "binlog.000009:4", "")
                        .isBefore(at(Origin.unknown(Flavor.MYSQL), "binlog.000010:4", "")))
                .isFalse();
        assertThat(at(MYSQL, "binlog.000009:4", "").isBefore(at(MARIADB, "binlog.000010:4", "")))
                .isFalse();
    }

    @Test
    void insideWithNothingDoneIsThePositionBeforeTheTransaction() {
        MySqlOffset start = MySqlOffset.at(MYSQL, BinlogPosition.parse("binlog.000042:157"), NONE);

        assertThat(MySqlOffset.inside(start, null, 0, 0)).isSameAs(start);
        assertThat(MySqlOffset.inside(start, null, 2, 900).transactionStart()).isEqualTo(start);
        assertThat(start.isInsideTransaction()).isFalse();
        assertThat(MySqlOffset.inside(start, null, 2, 900).isInsideTransaction())
                .isTrue();
    }
}
