package io.rustcdc.test.databases.golden;

import java.math.BigDecimal;
import java.util.List;

/** Numbers (manual 8.1), money (8.2), boolean (8.6) and oid (8.19). */
final class PostgresNumbers {

    /** What numeric can hold at most, before and behind the point. */
    private static final int MOST_DIGITS = 131_072;

    private static final int MOST_DECIMALS = 16_383;

    private PostgresNumbers() {}

    static List<GoldenType> types() {
        return List.of(
                GoldenType.of("boolean", Boolean.class).value("true", true).value("false", false),
                GoldenType.of("smallint", Integer.class)
                        .value("7", 7)
                        .value("-32768", -32768)
                        .value("32767", 32767)
                        .value("0", 0),
                GoldenType.of("integer", Integer.class)
                        .value("7", 7)
                        .value("-2147483648", Integer.MIN_VALUE)
                        .value("2147483647", Integer.MAX_VALUE)
                        .value("0", 0),
                GoldenType.of("bigint", Long.class)
                        .value("7", 7L)
                        .value("-9223372036854775808", Long.MIN_VALUE)
                        .value("9223372036854775807", Long.MAX_VALUE)
                        .value("9007199254740993", 9_007_199_254_740_993L)
                        .value("0", 0L),
                GoldenType.of("numeric(12,2)", BigDecimal.class)
                        .value("10.5", new BigDecimal("10.50"))
                        .value("0", new BigDecimal("0.00"))
                        .value("-9999999999.99", new BigDecimal("-9999999999.99")),
                numeric(),
                GoldenType.of("numeric(38,4)", BigDecimal.class)
                        .value("1.5", new BigDecimal("1.5000"))
                        .value(
                                "-1234567890123456789012345678901234.5678",
                                new BigDecimal("-1234567890123456789012345678901234.5678")),
                GoldenType.of("numeric(2,-3)", BigDecimal.class)
                        .since(15)
                        .value("12345", new BigDecimal("12000"))
                        .value("-99499", new BigDecimal("-99000")),
                GoldenType.of("numeric(3,5)", BigDecimal.class)
                        .since(15)
                        .value("0.00123", new BigDecimal("0.00123"))
                        .value("-0.00999", new BigDecimal("-0.00999")),
                GoldenType.of("real", Float.class)
                        .value("1.5", 1.5f)
                        .value("0.1", 0.1f)
                        .value("3.4028235e+38", Float.MAX_VALUE)
                        .value("1e-45", Float.MIN_VALUE)
                        .value("0", 0f)
                        .value("-0", -0f)
                        .value("NaN", Float.NaN)
                        .value("Infinity", Float.POSITIVE_INFINITY)
                        .value("-Infinity", Float.NEGATIVE_INFINITY),
                GoldenType.of("double precision", Double.class)
                        .value("1.5", 1.5)
                        .value("0.1", 0.1)
                        .value("0.30000000000000004", 0.1 + 0.2)
                        .value("1.7976931348623157e+308", Double.MAX_VALUE)
                        .value("4.9e-324", Double.MIN_VALUE)
                        .value("0", 0d)
                        .value("-0", -0d)
                        .value("NaN", Double.NaN)
                        .value("Infinity", Double.POSITIVE_INFINITY)
                        .value("-Infinity", Double.NEGATIVE_INFINITY),
                GoldenType.of("money", String.class)
                        .value("1234.5", "$1,234.50")
                        .value("0", "$0.00")
                        .value("-92233720368547758.08", "-$92,233,720,368,547,758.08"),
                GoldenType.of("oid", Long.class)
                        .value("7", 7L)
                        .value("4294967295", 4_294_967_295L)
                        .value("0", 0L));
    }

    private static GoldenType numeric() {
        return GoldenType.of("numeric", BigDecimal.class)
                .value("10.50", new BigDecimal("10.50"))
                .value("1e20", new BigDecimal("100000000000000000000"))
                .value("1.000", new BigDecimal("1.000"))
                .value("0", BigDecimal.ZERO)
                .value("-0.00000000000000000000000001", new BigDecimal("-0.00000000000000000000000001"))
                .value("123456789012345678", new BigDecimal("123456789012345678"))
                .value("-12345678901234567890.123", new BigDecimal("-12345678901234567890.123"))
                .special("NaN", Double.NaN, "Double.NaN")
                .special("Infinity", Double.POSITIVE_INFINITY, "Double.POSITIVE_INFINITY")
                .special("-Infinity", Double.NEGATIVE_INFINITY, "Double.NEGATIVE_INFINITY")
                .large("repeat('9', " + MOST_DIGITS + ")", new BigDecimal("9".repeat(MOST_DIGITS)))
                .large(
                        "'-0.' || repeat('0', " + (MOST_DECIMALS - 1) + ") || '7'",
                        new BigDecimal("-0." + "0".repeat(MOST_DECIMALS - 1) + "7"));
    }
}
