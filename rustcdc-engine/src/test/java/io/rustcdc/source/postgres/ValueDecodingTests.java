package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rustcdc.event.ValueDecodeException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ValueDecodingTests {

    static List<Arguments> values() {
        List<Arguments> values = new ArrayList<>();
        add(values, "bool", "t", true);
        add(values, "bool", "f", false);
        add(values, "int2", "-32768", -32768);
        add(values, "int4", "-2147483648", Integer.MIN_VALUE);
        add(values, "int4", "2147483647", Integer.MAX_VALUE);
        add(values, "oid", "4294967295", 4294967295L);
        add(values, "int8", "-9223372036854775808", Long.MIN_VALUE);
        add(values, "int8", "9223372036854775807", Long.MAX_VALUE);
        add(values, "int8", "0", 0L);
        for (String number : List.of(
                "0",
                "12.50",
                "-0.001",
                "-12345678901234567",
                "123456789012345678",
                "1234567890123456789",
                "-0.00000000000000000000000001",
                "99999999999999999999.9999")) {
            add(values, "numeric", number, new BigDecimal(number));
        }
        add(values, "numeric", "NaN", Double.NaN);
        add(values, "numeric", "Infinity", Double.POSITIVE_INFINITY);
        add(values, "numeric", "-Infinity", Double.NEGATIVE_INFINITY);
        add(values, "float4", "1e-45", Float.MIN_VALUE);
        add(values, "float4", "0.1", 0.1f);
        add(values, "float8", "1.7976931348623157e+308", Double.MAX_VALUE);
        add(values, "float8", "-Infinity", Double.NEGATIVE_INFINITY);
        add(values, "float8", "NaN", Double.NaN);
        for (String text : List.of(
                "text",
                "varchar",
                "name",
                "char",
                "json",
                "jsonb",
                "xml",
                "money",
                "inet",
                "cidr",
                "interval",
                "int4range",
                "tsvector",
                "point",
                "bit",
                "varbit",
                "macaddr",
                "int2vector")) {
            add(values, text, "größe, \"x\"", "größe, \"x\"");
        }
        add(values, "bpchar", "ab   ", "ab   ");
        add(values, "text", "", "");
        add(values, "bytea", "\\x", new byte[0]);
        add(values, "bytea", "\\x00fFa1", new byte[] {0, -1, (byte) 0xA1});
        add(
                values,
                "uuid",
                "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
                UUID.fromString("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"));
        add(values, "uuid", "ffffffff-ffff-ffff-ffff-ffffffffffff", new UUID(-1, -1));
        add(values, "date", "2024-02-29", LocalDate.of(2024, 2, 29));
        add(values, "date", "5874897-12-31", LocalDate.of(5874897, 12, 31));
        add(values, "date", "0044-03-15 BC", LocalDate.of(-43, 3, 15));
        add(values, "date", "infinity", LocalDate.MAX);
        add(values, "date", "-infinity", LocalDate.MIN);
        add(values, "time", "04:05:06", LocalTime.of(4, 5, 6));
        add(values, "time", "23:59:59.999999", LocalTime.of(23, 59, 59, 999_999_000));
        add(values, "time", "04:05:06.7", LocalTime.of(4, 5, 6, 700_000_000));
        add(values, "time", "24:00:00", LocalTime.MAX);
        add(
                values,
                "timetz",
                "04:05:06.789-08:30",
                OffsetTime.of(4, 5, 6, 789_000_000, ZoneOffset.ofHoursMinutes(-8, -30)));
        add(values, "timetz", "24:00:00+00", LocalTime.MAX.atOffset(ZoneOffset.UTC));
        add(values, "timestamp", "2024-01-02 03:04:05.000006", LocalDateTime.of(2024, 1, 2, 3, 4, 5, 6000));
        add(values, "timestamp", "294276-12-31 23:59:59", LocalDateTime.of(294276, 12, 31, 23, 59, 59));
        add(values, "timestamp", "4713-01-01 00:00:00 BC", LocalDateTime.of(-4712, 1, 1, 0, 0));
        add(values, "timestamp", "infinity", LocalDateTime.MAX);
        add(values, "timestamp", "-infinity", LocalDateTime.MIN);
        add(values, "timestamptz", "2024-01-02 03:04:05.5+00", OffsetDateTime.parse("2024-01-02T03:04:05.5Z"));
        add(values, "timestamptz", "2024-01-02 03:04:05+05:45", OffsetDateTime.parse("2024-01-01T21:19:05Z"));
        add(values, "timestamptz", "1883-11-18 12:00:00-04:56:02", OffsetDateTime.parse("1883-11-18T16:56:02Z"));
        add(values, "timestamptz", "0001-01-01 00:00:00+00 BC", OffsetDateTime.parse("0000-01-01T00:00:00Z"));
        add(values, "timestamptz", "infinity", OffsetDateTime.MAX);
        add(values, "timestamptz", "-infinity", OffsetDateTime.MIN);
        add(values, "_int4", "{}", List.of());
        add(values, "_int4", "{1,NULL,-3}", Arrays.asList(1, null, -3));
        add(values, "_int4", "{{1,2},{3,NULL}}", List.of(List.of(1, 2), Arrays.asList(3, null)));
        add(values, "_int4", "[0:1][-1:0]={{1,2},{3,4}}", List.of(List.of(1, 2), List.of(3, 4)));
        add(values, "_int4", "{{{{{{1}}}}}}", List.of(List.of(List.of(List.of(List.of(List.of(1)))))));
        add(
                values,
                "_text",
                "{a,\"b c\",\"\",\"NULL\",NULL,\"q\\\"\\\\,{}\",größe}",
                Arrays.asList("a", "b c", "", "NULL", null, "q\"\\,{}", "größe"));
        add(values, "_numeric", "{1.50,NaN}", List.of(new BigDecimal("1.50"), Double.NaN));
        add(
                values,
                "_timestamptz",
                "{\"2024-01-02 03:04:05+00\"}",
                List.of(OffsetDateTime.parse("2024-01-02T03:04:05Z")));
        add(values, "_bool", "{t,f}", List.of(true, false));
        add(values, "_box", "{(1,1),(0,0);(2,2),(1,1)}", List.of("(1,1),(0,0)", "(2,2),(1,1)"));
        return values;
    }

    @ParameterizedTest
    @MethodSource("values")
    void readsTheTextOfTheServer(String type, String text, Object value) {
        assertThat(decode(type, text)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "bool| true",
                "int4| 2147483648",
                "int4| ",
                "int4| -",
                "int4| 12secret",
                "int8| 9223372036854775808",
                "numeric| 1.2.3",
                "numeric| .5",
                "numeric| 5.",
                "numeric| ",
                "numeric| secretN",
                "float8| secret",
                "bytea| \\xf",
                "bytea| secret",
                "bytea| \\xzz",
                "uuid| a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1",
                "uuid| a0eebc999c0b-4ef8-bb6d-6bb9bd380a111",
                "date| 2024-02-30",
                "date| 2024-2-3",
                "date| 2024-02-03x",
                "date| 99-02-03",
                "date| finity",
                "date| ",
                "time| 24:00:01",
                "time| 04:05",
                "timetz| 04:05:06",
                "timestamp| 2024-01-02T03:04:05",
                "timestamp| 2024-01-02 03:04:05+00",
                "timestamptz| 2024-01-02 03:04:05",
                "_int4| ",
                "_int4| 1",
                "_int4| {1",
                "_int4| {1,}",
                "_int4| {1}x",
                "_int4| {1,secret}",
                "_int4| [0:1",
                "_int4| {{{{{{{1}}}}}}}",
                "_text| {\"a",
                "_text| {\"a\\",
            })
    void aBadValueIsAnErrorThatDoesNotShowIt(String type, String text) {
        PostgresRow row = row(type, text == null ? "" : text);

        assertThatExceptionOfType(ValueDecodeException.class)
                .isThrownBy(() -> row.value(0))
                .withMessageContaining("'c'")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"))
                .satisfies(e -> assertThat(e).hasNoCause());
        assertThat(row.text(0)).isEqualTo(text == null ? "" : text);
    }

    @Test
    void randomTextGivesAValueOrTheOneError() {
        Random random = new Random(7);
        String alphabet = "{}[]=,;\"\\0129-+:. NULBCinfytaex\u00fc";
        for (Arguments known : values()) {
            String type = (String) known.get()[0];
            StringBuilder text = new StringBuilder((String) known.get()[1]);
            for (int round = 0; round < 300; round++) {
                text.insert(random.nextInt(text.length() + 1), alphabet.charAt(random.nextInt(alphabet.length())));
                text.deleteCharAt(random.nextInt(text.length()));
                try {
                    assertThat(decode(type, text.toString())).isNotNull();
                } catch (ValueDecodeException e) {
                    assertThat(e).hasMessageContaining(type.replace("_", ""));
                }
            }
        }
    }

    @Test
    void listsCannotBeChanged() {
        assertThat(decode("_int4", "{1}"))
                .isInstanceOf(Collections.unmodifiableList(new ArrayList<>()).getClass());
    }

    private static void add(List<Arguments> values, String type, String text, Object value) {
        values.add(Arguments.of(type, text, value));
    }

    private static Object decode(String type, String text) {
        return row(type, text).value(0);
    }

    private static PostgresRow row(String type, String text) {
        ColumnType column =
                new ColumnType(type.replace("_", ""), BuiltInTypes.byName(type).decoder());
        RowShape shape = new RowShape(
                new PgOutputMessage.Relation(1, "s", "t", 'd', List.of(new PgOutputMessage.Column(false, "c", 25, -1))),
                List.of(column),
                new TableKeys.TableKey(List.of(), true));
        var bytes = PgOutputWriter.message('I').int32(1).tuple('N', text).bytes();
        assertThat(text).isEqualTo(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
        return shape.row(((PgOutputMessage.RowChange) PgOutputDecoder.decode(bytes))
                .images()
                .after());
    }
}
