package io.rustcdc.test.databases.golden;

import java.util.List;
import java.util.stream.Stream;

/** The golden table of MySQL: every type of 8.0 that a column can have. */
public final class MySqlTypes {

    private MySqlTypes() {}

    public static List<MySqlType> all() {
        return Stream.concat(
                        common().stream(),
                        Stream.of(
                                MySqlTexts.charset("varchar(20)", "gb18030", "中😀a"),
                                json(),
                                geometry("point", "POINT(1 2)", "00000000" + "0101000000" + ONE + TWO),
                                geometry(
                                        "geometry",
                                        "LINESTRING(1 2,2 1)",
                                        "00000000" + "010200000002000000" + ONE + TWO + TWO + ONE),
                                geometry(
                                        "geometrycollection",
                                        "GEOMETRYCOLLECTION(POINT(1 2))",
                                        "00000000" + "010700000001000000" + "0101000000" + ONE + TWO)))
                .toList();
    }

    private static final String ONE = "000000000000f03f";
    private static final String TWO = "0000000000000040";

    /** Those that MariaDB has, too. */
    static List<MySqlType> common() {
        return Stream.of(MySqlNumbers.types(), MySqlTimes.types(), MySqlTexts.types())
                .flatMap(List::stream)
                .toList();
    }

    static MySqlType geometry(String name, String text, String hex) {
        return MySqlType.of(name, byte[].class)
                .value("ST_GeomFromText('%s')".formatted(text), MySqlTexts.bytes(hex), hex)
                .notKeyable();
    }

    private static MySqlType json() {
        String line = "eHh4".repeat(19);
        return json(
                "{\"a\": [true, null, \"x\"], \"b\": 1}",
                "'{\"b\":1,\"a\":[true,null,\"x\"]}'",
                "{\"a\": 1, \"bb\": {\"c\": []}}",
                "'{\"bb\":{\"c\":[]},\"a\":1}'",
                "null",
                "'null'",
                "[1.0, 1.5, 1e20, 1e15, 100000000000000.0, 1e-16]",
                "json_array(1e0, 1.5e0, 1e20, 1e15, 1e14, 1e-16)",
                "[18446744073709551615, -9223372036854775808, 65536, -32769]",
                "json_array(18446744073709551615, -9223372036854775808, 65536, -32769)",
                "\"\\u0000\\u001f \\\" \\\\ / \\b\\f\\n\\r\\t é 😀\"",
                "json_quote(concat(char(0 using utf8mb4), char(31 using utf8mb4), ' \" \\\\ / \\b', char(12 using utf8mb4), '\\n\\r\\t é 😀'))",
                "[\"2024-01-02\", \"10:11:12.500000\", \"-11:59:59.000000\", \"2024-01-02 03:04:05.678000\"]",
                "json_array(date'2024-01-02', time'10:11:12.5', time'-11:59:59', timestamp'2024-01-02 03:04:05.678')",
                "[1.50, -0.001, 12345678901234567890123.456]",
                "json_array(cast(1.50 as decimal(10,2)), -0.001, 12345678901234567890123.456)",
                "[\"base64:type15:yv4=\", \"base64:type15:BQ==\", \"base64:type15:\"]",
                "json_array(x'cafe', cast(b'101' as binary), x'')",
                "[\"base64:type15:" + line + "\\n" + line.substring(0, 4) + "\"]",
                "json_array(cast(repeat('x', 60) as binary))",
                "[\"" + "y".repeat(70_000) + "\", 100000, 4294967295, -1]",
                "json_array(repeat('y', 70000), 100000, 4294967295, -1)",
                "[".repeat(99) + "]".repeat(99),
                "concat(repeat('[', 99), repeat(']', 99))");
    }

    /** @param pairs of a text and the expression that makes it */
    private static MySqlType json(String... pairs) {
        MySqlType type = MySqlType.of("json", String.class).notKeyable();
        for (int i = 0; i < pairs.length; i += 2) {
            type = type.value(pairs[i + 1], pairs[i], pairs[i]);
        }
        return type;
    }
}
