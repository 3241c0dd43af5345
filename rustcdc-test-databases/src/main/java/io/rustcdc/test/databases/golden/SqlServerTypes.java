package io.rustcdc.test.databases.golden;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** The golden table of SQL Server. */
public final class SqlServerTypes {

    private SqlServerTypes() {}

    public static List<SqlServerType> all() {
        return Stream.of(numbers(), times(), texts(), bytes(), others())
                .flatMap(List::stream)
                .toList();
    }

    /** Types whose values the server makes and nobody writes; the value is an example. */
    public static List<SqlServerType> generated() {
        return List.of(bytes(SqlServerType.of("rowversion", byte[].class), "00000000000007D1"));
    }

    private static List<SqlServerType> numbers() {
        return List.of(
                SqlServerType.of("bit", Boolean.class).value("1", true, "1").value("0", false, "0"),
                SqlServerType.of("tinyint", Integer.class).value("255", 255).value("0", 0),
                SqlServerType.of("smallint", Integer.class)
                        .value("-32768", -32768)
                        .value("32767", 32767),
                SqlServerType.of("int", Integer.class)
                        .value("-2147483648", Integer.MIN_VALUE)
                        .value("2147483647", Integer.MAX_VALUE),
                SqlServerType.of("bigint", Long.class) // MS-01
                        .value("9223372036854775807", Long.MAX_VALUE)
                        .value("-9223372036854775808", Long.MIN_VALUE),
                decimal("decimal(20,6)", "12345678901234.567890", "-0.000001", "0.000000"), // MS-02
                decimal("decimal(38,0)", "99999999999999999999999999999999999999", "-1"),
                decimal("decimal(38,38)", "0.00000000000000000000000000000000000001"),
                decimal("numeric(9,2)", "1234567.89", "0.10"),
                decimal("money", "12.3400", "922337203685477.5807", "-922337203685477.5808"),
                decimal("smallmoney", "214748.3647", "-214748.3648"),
                SqlServerType.of("float", Double.class)
                        .value("1.5E0", 1.5)
                        .value("1.7976931348623157E308", Double.MAX_VALUE)
                        .value("-2.2250738585072014E-308", -2.2250738585072014E-308),
                SqlServerType.of("real", Float.class).value("0.1E0", 0.1f).value("-3.4E38", -3.4E38f));
    }

    private static SqlServerType decimal(String name, String... values) {
        SqlServerType type = SqlServerType.of(name, BigDecimal.class);
        for (String value : values) {
            type = type.value(value, new BigDecimal(value), value);
        }
        return type;
    }

    private static List<SqlServerType> times() {
        return List.of(
                SqlServerType.of("date", LocalDate.class)
                        .value("'2026-07-20'", LocalDate.of(2026, 7, 20))
                        .value("'0001-01-01'", LocalDate.of(1, 1, 1))
                        .value("'9999-12-31'", LocalDate.of(9999, 12, 31)),
                SqlServerType.of("time(7)", LocalTime.class)
                        .value("'12:30:15.1234567'", LocalTime.parse("12:30:15.1234567"), "12:30:15.1234567")
                        .value("'00:00:00'", LocalTime.MIDNIGHT, "00:00:00.0000000")
                        .value("'23:59:59.9999999'", LocalTime.parse("23:59:59.9999999"), "23:59:59.9999999"),
                SqlServerType.of("time(0)", LocalTime.class).value("'12:30:15'", LocalTime.of(12, 30, 15), "12:30:15"),
                SqlServerType.of("datetime", LocalDateTime.class)
                        .value(
                                "'2026-07-20T12:30:15.123'",
                                moment("2026-07-20T12:30:15.123"),
                                "2026-07-20 12:30:15.123")
                        .value("'1753-01-01T00:00:00'", moment("1753-01-01T00:00:00"), "1753-01-01 00:00:00.000")
                        .value(
                                "'9999-12-31T23:59:59.997'",
                                moment("9999-12-31T23:59:59.997"),
                                "9999-12-31 23:59:59.997"),
                SqlServerType.of("smalldatetime", LocalDateTime.class)
                        .value("'2026-07-20T12:30:00'", moment("2026-07-20T12:30:00"), "2026-07-20 12:30:00")
                        .value("'1900-01-01T00:00:00'", moment("1900-01-01T00:00:00"), "1900-01-01 00:00:00"),
                SqlServerType.of("datetime2(7)", LocalDateTime.class)
                        .value(
                                "'2026-03-29T02:30:15.1234567'",
                                moment("2026-03-29T02:30:15.1234567"),
                                "2026-03-29 02:30:15.1234567")
                        .value("'0001-01-01T00:00:00'", moment("0001-01-01T00:00:00"), "0001-01-01 00:00:00.0000000")
                        .value(
                                "'9999-12-31T23:59:59.9999999'",
                                moment("9999-12-31T23:59:59.9999999"),
                                "9999-12-31 23:59:59.9999999"),
                SqlServerType.of("datetime2(0)", LocalDateTime.class)
                        .value("'2026-07-20T12:30:15'", moment("2026-07-20T12:30:15"), "2026-07-20 12:30:15"),
                SqlServerType.of("datetimeoffset(7)", OffsetDateTime.class)
                        .value(
                                "'2026-07-20T12:30:15.1234567+02:00'",
                                OffsetDateTime.parse("2026-07-20T12:30:15.1234567+02:00"),
                                "2026-07-20 12:30:15.1234567 +02:00")
                        .value(
                                "'2026-07-20T12:30:15-03:30'",
                                OffsetDateTime.parse("2026-07-20T12:30:15-03:30"),
                                "2026-07-20 12:30:15.0000000 -03:30")
                        .value(
                                "'2026-07-20T12:30:15+00:00'",
                                OffsetDateTime.parse("2026-07-20T12:30:15Z"),
                                "2026-07-20 12:30:15.0000000 +00:00"),
                SqlServerType.of("datetimeoffset(0)", OffsetDateTime.class)
                        .value(
                                "'2026-07-20T12:30:15+14:00'",
                                OffsetDateTime.parse("2026-07-20T12:30:15+14:00"),
                                "2026-07-20 12:30:15 +14:00"));
    }

    private static LocalDateTime moment(String text) {
        return LocalDateTime.parse(text);
    }

    private static List<SqlServerType> texts() {
        return List.of(
                text(SqlServerType.of("char(5)", String.class), "abc  ", "abcde"),
                text(SqlServerType.of("varchar(50)", String.class), "abc", "", "a b  "),
                text(SqlServerType.of("nchar(5)", String.class), "aü€  "),
                text(SqlServerType.of("nvarchar(50)", String.class), "ü€😀'\"\\\t\n", "", "NULL"),
                text(SqlServerType.large("varchar(max)", String.class), "abc", "x".repeat(20_000)),
                text(SqlServerType.large("nvarchar(max)", String.class), "ü€😀", "", "€".repeat(20_000)),
                text(SqlServerType.of("text", String.class).neverOld().onlyReal(), "abc"),
                text(SqlServerType.of("ntext", String.class).neverOld().onlyReal(), "ü€"));
    }

    private static SqlServerType text(SqlServerType type, String... values) {
        SqlServerType filled = type;
        for (String value : values) {
            filled = filled.value("N'" + value.replace("'", "''") + "'", value);
        }
        return filled;
    }

    private static List<SqlServerType> bytes() {
        return List.of(
                bytes(SqlServerType.of("binary(4)", byte[].class), "DEADBEEF", "00000000"),
                bytes(SqlServerType.of("varbinary(50)", byte[].class), "00FF10", "", "80"),
                bytes(SqlServerType.large("varbinary(max)", byte[].class), "00FF", "AB".repeat(20_000)),
                bytes(SqlServerType.of("image", byte[].class).neverOld().onlyReal(), "00FF"));
    }

    private static SqlServerType bytes(SqlServerType type, String... values) {
        SqlServerType filled = type;
        for (String hex : values) {
            filled = filled.value("0x" + hex, HexFormat.of().parseHex(hex), "0x" + hex);
        }
        return filled;
    }

    private static List<SqlServerType> others() {
        byte[] point = ByteBuffer.allocate(22)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(4326)
                .put((byte) 1)
                .put((byte) 0x0C)
                .putDouble(47.65)
                .putDouble(-122.34)
                .array();
        String guid = "0E984725-C51C-4BF4-9960-E1C80E27ABA0";
        return List.of(
                SqlServerType.of("uniqueidentifier", UUID.class).value("'" + guid + "'", UUID.fromString(guid), guid),
                SqlServerType.large("xml", String.class).value("N'<a b=\"1\">ü</a>'", "<a b=\"1\">ü</a>"),
                SqlServerType.of("hierarchyid", String.class)
                        .notKeyable()
                        .onlyReal()
                        .value("CAST('/1/2/' AS hierarchyid)", "/1/2/"),
                SqlServerType.large("geography", byte[].class)
                        .onlyReal()
                        .value(
                                "geography::Point(47.65, -122.34, 4326)",
                                point,
                                "0x" + HexFormat.of().withUpperCase().formatHex(point)),
                SqlServerType.of("sql_variant", Object.class)
                        .notKeyable()
                        .onlyReal()
                        .value("CAST(5 AS int)", 5)
                        .value("CAST(1.50 AS decimal(5,2))", new BigDecimal("1.50"), "1.50")
                        .value("N'text'", "text"));
    }
}
