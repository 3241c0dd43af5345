package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.Row;
import io.rustcdc.source.KeyRange;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.test.databases.MySqlDatabase;
import io.rustcdc.test.databases.MySqlServer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tables are read in the order of their keys and go on behind any of them, with keys of all types. */
class SnapshotKeyTests {

    private static final int[] SIZES = {1, 2, 7};

    /** A key, and values of it, each in parentheses. */
    record Key(Flavor flavor, String columns, String key, List<String> values) {

        Key(Flavor flavor, String type, List<String> values) {
            this(flavor, "k " + type, "k", values);
        }

        @Override
        public String toString() {
            return flavor + " " + columns;
        }
    }

    static Stream<Key> keys() {
        return Stream.of(Flavor.values()).flatMap(SnapshotKeyTests::keys);
    }

    private static Stream<Key> keys(Flavor flavor) {
        List<Key> keys = new ArrayList<>(List.of(
                new Key(flavor, "tinyint", List.of("-128", "-1", "0", "1", "127")),
                new Key(flavor, "smallint unsigned", List.of("0", "9", "10", "65535")),
                new Key(flavor, "mediumint", List.of("-8388608", "-10", "9", "8388607")),
                new Key(flavor, "int unsigned", List.of("0", "2147483648", "4294967295", "99", "100")),
                new Key(flavor, "bigint", List.of("-9223372036854775808", "9223372036854775807", "0", "-1")),
                new Key(flavor, "bigint unsigned", List.of("18446744073709551615", "9223372036854775808", "2", "10")),
                new Key(flavor, "decimal(30,10)", List.of("-1.5", "0.0000000001", "10", "9", "12345678901234567890.1")),
                new Key(flavor, "decimal(65,0)", List.of("9".repeat(65), "-" + "9".repeat(65), "0")),
                new Key(
                        flavor,
                        "float",
                        List.of("0.1", "0.2", "-0.3", "16777216", "16777218", "1.17549e-38", "3.40282e38")),
                new Key(flavor, "double", List.of("0.1", "0.30000000000000004", "0.3", "-1e300", "5e-324", "1e17")),
                new Key(flavor, "bit(1)", List.of("b'0'", "b'1'")),
                new Key(flavor, "bit(12)", List.of("0", "9", "10", "4095")),
                new Key(flavor, "bit(64)", List.of("18446744073709551615", "9223372036854775808", "1")),
                new Key(flavor, "year", List.of("0", "1901", "2155", "2026")),
                new Key(
                        flavor,
                        "date",
                        List.of("'0000-00-00'", "'2024-00-10'", "'2024-01-00'", "'2024-02-29'", "'9999-12-31'")),
                new Key(
                        flavor,
                        "datetime(6)",
                        List.of(
                                "'0000-00-00 00:00:00'",
                                "'2024-00-00 10:00:00'",
                                "'2024-01-01 00:00:00.000001'",
                                "'2024-01-01 00:00:00.000002'")),
                new Key(flavor, "datetime", List.of("'2024-01-01 00:00:00'", "'1000-01-01 00:00:00'")),
                new Key(
                        flavor,
                        "timestamp(3)",
                        List.of(
                                "'1970-01-02 00:00:01'",
                                "'2026-03-29 01:59:59.999'",
                                "'2026-03-29 02:00:00.001'",
                                "0")),
                new Key(
                        flavor,
                        "time(2)",
                        List.of(
                                "'-838:59:59'",
                                "'838:59:59'",
                                "'-00:00:00.01'",
                                "'00:00:00.01'",
                                "'10:00:00'",
                                "'9:00:00'")),
                new Key(flavor, "char(10) COLLATE utf8mb4_general_ci", List.of("'b'", "'B2'", "'a'", "''", "'ä1'")),
                new Key(flavor, "char(10) COLLATE utf8mb4_bin", List.of("'b'", "'B'", "'a'", "' '", "'ä'", "'𝄞'")),
                new Key(
                        flavor,
                        "varchar(600) COLLATE utf8mb4_unicode_ci",
                        List.of("'a'", "'Ab'", "'aB2'", "'ab3'", "'ä4'", "REPEAT('x', 600)", "'\\'\\\\'")),
                new Key(flavor, "varchar(20) CHARACTER SET latin1", List.of("'a'", "'é'", "'€'", "'Z'", "'z2'")),
                new Key(flavor, "varchar(20) CHARACTER SET ucs2", List.of("'a'", "'é'", "'Ж'")),
                new Key(flavor, "varchar(20) CHARACTER SET koi8r", List.of("'a'", "'ж'", "'Я'")),
                new Key(flavor, "binary(4)", List.of("''", "'a'", "'ab'", "X'ff00'", "X'00000001'")),
                new Key(flavor, "varbinary(9)", List.of("''", "'a'", "X'6100'", "X'ff'", "X'00'")),
                new Key(
                        flavor,
                        "enum('zebra','apple','it''s','10','2')",
                        List.of("'zebra'", "'apple'", "3", "4", "5", "0")),
                new Key(
                        flavor,
                        "a int, b varchar(10) COLLATE utf8mb4_general_ci, c date",
                        "b, a, c",
                        List.of(
                                "1, 'x', '2024-01-01'",
                                "1, 'x', '2024-01-02'",
                                "2, 'X', '2024-01-01'",
                                "2, 'y', '2024-01-01'",
                                "3, 'x', '2024-01-01'",
                                "-1, 'xx', '2024-01-01'",
                                "3, 'w', '2024-01-01'")),
                new Key(
                        flavor,
                        "a enum('b','a'), b bigint unsigned",
                        "a, b",
                        List.of("'a', 1", "'b', 1", "'a', 0", "'b', 18446744073709551615", "'a', 2"))));
        keys.add(
                flavor == Flavor.MYSQL
                        ? new Key(
                                flavor, "varchar(30) COLLATE utf8mb4_0900_ai_ci", List.of("'a '", "'a'", "'Ä1'", "'B'"))
                        : new Key(flavor, "varchar(30) COLLATE uca1400_ai_ci", List.of("'a'", "'Ä1'", "'B'")));
        if (flavor == Flavor.MARIADB) {
            keys.add(new Key(
                    flavor,
                    "uuid",
                    List.of(
                            "'123e4567-e89b-12d3-a456-426655440000'",
                            "'123e4567-e89b-12d3-a456-426655440001'",
                            "'00000000-0000-0000-0000-000000000000'",
                            "'ffffffff-ffff-4fff-bfff-ffffffffffff'",
                            "'023e4567-e89b-72d3-a456-426655440000'")));
            keys.add(new Key(flavor, "inet6", List.of("'::1'", "'2001:db8::ff00:42:8329'", "'::ffff:192.0.2.128'")));
            keys.add(new Key(flavor, "inet4", List.of("'10.0.0.2'", "'9.0.0.1'", "'255.255.255.255'")));
        } else {
            keys.add(new Key(flavor, "a int, b int", "a DESC, b DESC", List.of("1, 1", "1, 2", "2, 1", "0, 9")));
        }
        return keys.stream();
    }

    @ParameterizedTest
    @MethodSource("keys")
    @DisplayName("MY-25: goes on exactly behind each key, whatever its type")
    void goesOnBehindEachKey(Key key) {
        try (MySqlDatabase database = MySqlServer.shared(key.flavor()).createDatabase()) {
            String table = "CREATE TABLE t (%s, n int, PRIMARY KEY (%s)) CHARACTER SET utf8mb4";
            List<String> statements = new ArrayList<>(List.of("SET sql_mode = ''", "SET time_zone = '+00:00'"));
            statements.add(table.formatted(key.columns(), key.key()));
            int number = 0;
            for (String value : key.values()) {
                statements.add("INSERT INTO t VALUES (%s, %d)".formatted(value, number++));
            }
            database.transaction(statements.toArray(String[]::new));
            String order = key.key().replace(" DESC", "");
            List<String> expected = database.query("SELECT CAST(n AS CHAR) FROM t ORDER BY " + order).stream()
                    .map(row -> String.valueOf(row.get(0)))
                    .toList();
            try (SnapshotReading reading = new SnapshotReading(database)) {
                SnapshotTable read = reading.table("t");
                assertThat(read.isKeyed()).isTrue();
                for (int size : SIZES) {
                    List<Row> rows = reading.inChunks(read, KeyRange.all(), null, size);
                    assertThat(SnapshotReading.texts(rows, "n"))
                            .as("chunks of %d", size)
                            .isEqualTo(expected);
                    assertRangesOf(read, rows, reading);
                }
            }
        }
    }

    private static void assertRangesOf(SnapshotTable table, List<Row> rows, SnapshotReading reading) {
        List<String> first = key(table, rows.get(0));
        List<String> last = key(table, rows.get(rows.size() - 1));
        List<String> numbers = SnapshotReading.texts(rows, "n");
        assertThat(SnapshotReading.texts(reading.inChunks(table, new KeyRange(first, last), null, 2), "n"))
                .isEqualTo(numbers.subList(1, numbers.size()));
        for (int i = 0; i < rows.size(); i++) {
            KeyRange only = KeyRange.only(key(table, rows.get(i)));
            assertThat(SnapshotReading.texts(reading.inChunks(table, only, null, 2), "n"))
                    .containsExactly(numbers.get(i));
            KeyRange upTo = new KeyRange(List.of(), key(table, rows.get(i)));
            assertThat(SnapshotReading.texts(reading.inChunks(table, upTo, "n >= 0 -- all", 2), "n"))
                    .isEqualTo(numbers.subList(0, i + 1));
        }
    }

    private static List<String> key(SnapshotTable table, Row row) {
        return table.key().stream()
                .map(column -> row.text(row.columns().indexOf(column)))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void keysThatCannotBeResumedAreNone(Flavor flavor) {
        try (MySqlDatabase database = MySqlServer.shared(flavor).createDatabase()) {
            database.sql(
                    "CREATE TABLE prefix (k varchar(100), PRIMARY KEY (k(10)))",
                    "CREATE TABLE large (k text, PRIMARY KEY (k(10)))",
                    "CREATE TABLE labels (k set('a','b') PRIMARY KEY)",
                    "CREATE TABLE ambiguous (k varchar(10) CHARACTER SET sjis PRIMARY KEY)",
                    "CREATE TABLE hashed (k int PRIMARY KEY) ENGINE = MEMORY",
                    "CREATE TABLE none (k int NOT NULL, UNIQUE (k))");
            try (SnapshotReading reading = new SnapshotReading(database)) {
                assertThat(reading.snapshots().tables()).hasSize(6).allSatisfy(table -> {
                    assertThat(table.key()).isEmpty();
                    assertThat(table.identity()).isEmpty();
                });
            }
        }
    }
}
