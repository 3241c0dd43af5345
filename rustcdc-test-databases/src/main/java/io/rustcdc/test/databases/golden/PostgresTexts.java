package io.rustcdc.test.databases.golden;

import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/** Characters (manual 8.3), bytes (8.4), bits (8.10), text search (8.11), uuid, xml and json (8.12 to 8.14). */
final class PostgresTexts {

    private static final String AWKWARD = "it's \"quoted\" \\ {a,b} (c;d) [e]";
    private static final String BEYOND_ASCII = "Größe € 😀 日本";

    private PostgresTexts() {}

    static List<GoldenType> types() {
        return List.of(
                GoldenType.text("text", "a", "", " ", "NULL", AWKWARD, BEYOND_ASCII, "two\nlines\tand a tab")
                        .large("repeat('größe', 100000)", "größe".repeat(100_000)),
                GoldenType.text("varchar(10)", "a", "", "größe", "NULL"),
                GoldenType.text("varchar", "a", "", AWKWARD),
                GoldenType.of("char(3)", String.class)
                        .value("ab", "ab ")
                        .value("", "   ")
                        .value("äöü", "äöü"),
                GoldenType.text("bpchar", "a", "ab  ", ""),
                GoldenType.text("name", "a", "x".repeat(63), ""),
                GoldenType.text("\"char\"", "a", "", "\""),
                GoldenType.of("bytea", byte[].class)
                        .value("\\x0102", new byte[] {1, 2})
                        .value("\\x", new byte[0])
                        .value("\\x005c27ff", new byte[] {0, '\\', '\'', -1})
                        .large(
                                "decode(repeat('00ff', 100000), 'hex')",
                                HexFormat.of().parseHex("00ff".repeat(100_000))),
                GoldenType.of("uuid", UUID.class)
                        .value(
                                "0b8a6f2e-5d0c-4c53-9b8e-3c1f7f0e9d11",
                                UUID.fromString("0b8a6f2e-5d0c-4c53-9b8e-3c1f7f0e9d11"))
                        .value("00000000-0000-0000-0000-000000000000", new UUID(0, 0))
                        .value("FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", new UUID(-1, -1)),
                GoldenType.text("json", "{\"a\": 1}", "{\"b\":1,  \"a\":2, \"a\":3}", "null", "\"\\u00e4\"", "[]")
                        .notKeyable(),
                GoldenType.of("jsonb", String.class)
                        .value("{\"a\": 1}", "{\"a\": 1}")
                        .value("{\"b\":1,  \"a\":1.50, \"a\":3}", "{\"a\": 3, \"b\": 1}")
                        .value("null", "null")
                        .value("\"\\u00e4\"", "\"ä\"")
                        .value("12345678901234567890.50", "12345678901234567890.50"),
                GoldenType.of("jsonpath", String.class)
                        .value("$.a[*]", "$.\"a\"[*]")
                        .value("$", "$")
                        .notKeyable(),
                GoldenType.text("xml", "<a>1</a>", "<ä b=\"&amp;\"/>", "text").notKeyable(),
                GoldenType.text("bit(3)", "101", "000"),
                GoldenType.text("bit", "1", "0"),
                GoldenType.text("varbit(5)", "101", "", "11111"),
                GoldenType.text("varbit", "101", ""),
                GoldenType.of("tsvector", String.class)
                        .value("fat cat", "'cat' 'fat'")
                        .value("a:1A b:2,3 'it''s'", "'a':1A 'b':2,3 'it''s'")
                        .value("", ""),
                GoldenType.of("tsquery", String.class)
                        .value("fat & !cat", "'fat' & !'cat'")
                        .value("a <-> b:*", "'a' <-> 'b':*")
                        .value("", ""));
    }
}
