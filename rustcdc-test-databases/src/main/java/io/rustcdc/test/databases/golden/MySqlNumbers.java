package io.rustcdc.test.databases.golden;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;

/** Numbers and bits of both servers. */
final class MySqlNumbers {

    private static final String NINES = "9".repeat(35) + "." + "9".repeat(30);

    private MySqlNumbers() {}

    static List<MySqlType> types() {
        return List.of(
                integer("tinyint", -128, 127),
                integer("tinyint unsigned", 0, 255),
                integer("smallint", -32_768, 32_767),
                integer("smallint unsigned", 0, 65_535),
                integer("mediumint", -8_388_608, 8_388_607),
                integer("mediumint unsigned", 0, 16_777_215),
                integer("int", Integer.MIN_VALUE, Integer.MAX_VALUE),
                MySqlType.of("int unsigned", Long.class)
                        .value("4294967295", 4_294_967_295L)
                        .value("0", 0L),
                MySqlType.of("int(5) unsigned zerofill", "int unsigned", Long.class)
                        .value("42", 42L),
                MySqlType.of("bigint", Long.class)
                        .value("1", 1L)
                        .value("-9223372036854775808", Long.MIN_VALUE)
                        .value("9223372036854775807", Long.MAX_VALUE),
                MySqlType.of("bigint unsigned", BigInteger.class) // MY-25
                        .value("18446744073709551615", new BigInteger("18446744073709551615"))
                        .value("9223372036854775808", new BigInteger("9223372036854775808"))
                        .value("0", BigInteger.ZERO),
                decimals("decimal(10,2)", "3.25", "-0.01", "99999999.99", "-99999999.99", "0.00"),
                decimals("decimal(10,2) unsigned", "3.25"),
                decimals("decimal(5,0)", "12345", "-1"),
                decimals("decimal(9,9)", "0.123456789", "-0.000000001"),
                decimals("decimal(18,9)", "123456789.987654321"),
                decimals("decimal(19,1)", "-123456789012345678.9"),
                decimals("decimal(65,0)", "9".repeat(65)),
                decimals(
                        "decimal(65,30)",
                        NINES,
                        "-" + NINES,
                        "0." + "0".repeat(29) + "1",
                        "0." + "0".repeat(30)), // MY-25
                floats(),
                doubles(),
                MySqlType.of("float(7,4)", "float", Float.class).value("123.45", 123.45f, "123.45"),
                MySqlType.of("double(10,2)", "double", Double.class).value("1.5", 1.5, "1.5"),
                MySqlType.of("bit(1)", Boolean.class).value("b'1'", true, "1").value("b'0'", false, "0"),
                MySqlType.of("bit(10)", Integer.class)
                        .value("b'1000000001'", 513)
                        .value("0", 0),
                MySqlType.of("bit(31)", Integer.class).value("2147483647", Integer.MAX_VALUE),
                MySqlType.of("bit(32)", Long.class).value("4294967295", 4_294_967_295L),
                MySqlType.of("bit(63)", Long.class).value("9223372036854775807", Long.MAX_VALUE),
                MySqlType.of("bit(64)", BigInteger.class) // MY-25
                        .value("18446744073709551615", new BigInteger("18446744073709551615"))
                        .value("1", BigInteger.ONE),
                MySqlType.of("year", Integer.class)
                        .value("2026", 2026)
                        .value("1901", 1901)
                        .value("2155", 2155)
                        .value("0", 0, "0000"));
    }

    private static MySqlType integer(String name, int least, int most) {
        return MySqlType.of(name, Integer.class)
                .value("1", 1)
                .value(Integer.toString(least), least)
                .value(Integer.toString(most), most);
    }

    private static MySqlType decimals(String name, String... values) {
        MySqlType type = MySqlType.of(name, BigDecimal.class);
        for (String value : values) {
            type = type.value(value, new BigDecimal(value), value);
        }
        return type;
    }

    private static MySqlType floats() {
        return MySqlType.of("float", Float.class)
                .value("1.5", 1.5f)
                .value("0.1", 0.1f)
                .value("0", 0f, "0")
                .value("-0e0", -0f, "-0")
                .value("123456.7", 123456.7f, "123456.7")
                .value("16777216", 16_777_216f, "16777216")
                .value("1e10", 1e10f, "10000000000")
                .value("1e20", 1e20f, "1e20")
                .value("1e-7", 1e-7f, "0.0000001")
                .value("3.4028234663852886e38", Float.MAX_VALUE, "3.4028235e38")
                .value("1.1754943508222875e-38", Float.MIN_NORMAL, "1.1754944e-38");
    }

    private static MySqlType doubles() {
        return MySqlType.of("double", Double.class)
                .value("1.5", 1.5)
                .value("0.1", 0.1)
                .value("0", 0d, "0")
                .value("-0e0", -0d, "-0")
                .value("123456789.125", 123_456_789.125, "123456789.125")
                .value("1e14", 1e14, "100000000000000")
                .value("1e15", 1e15, "1e15")
                .value("1e-15", 1e-15, "0.000000000000001")
                .value("1e-16", 1e-16, "1e-16")
                .value("-2.8760878566961446e-15", -2.8760878566961446e-15, "-0.0000000000000028760878566961446")
                .value("1881784675763481.5", 1881784675763481.5, "1881784675763481.5")
                .value("1.7976931348623157e308", Double.MAX_VALUE, "1.7976931348623157e308")
                .value("-2.2250738585072014e-308", -Double.MIN_NORMAL, "-2.2250738585072014e-308")
                .value("5e-324", Double.MIN_VALUE, "5e-324");
    }
}
