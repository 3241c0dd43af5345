package io.rustcdc.test.databases.golden;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;

/** Types that users and extensions make: enums, domains, composites, ranges, base types (manual 8.7, 8.16, 8.18, 36.13). */
final class PostgresOwnTypes {

    /** Base types need functions in C; those of text do. */
    private static final String BASE_TYPE = """
            CREATE TYPE %1$s;
            CREATE FUNCTION %1$s_in(cstring) RETURNS %1$s AS 'textin' LANGUAGE internal IMMUTABLE STRICT;
            CREATE FUNCTION %1$s_out(%1$s) RETURNS cstring AS 'textout' LANGUAGE internal IMMUTABLE STRICT;
            CREATE TYPE %1$s (INPUT = %1$s_in, OUTPUT = %1$s_out, LIKE = text%2$s)""";

    private PostgresOwnTypes() {}

    static List<String> setup() {
        return List.of(
                "CREATE TABLE \"Thing\" (id int)",
                "CREATE TYPE mood AS ENUM ('happy', 'so so', 'it''s \"bad\", {really}', 'größe', '')",
                "CREATE SCHEMA \"Odd Schema\"",
                "CREATE TYPE \"Odd Schema\".\"Odd Type\" AS ENUM ('x', 'Y')",
                "CREATE DOMAIN weight AS int CHECK (VALUE > 0)",
                "CREATE DOMAIN heavy AS weight CHECK (VALUE > 100)",
                "CREATE DOMAIN price AS numeric(12,2)",
                "CREATE DOMAIN feeling AS mood",
                "CREATE DOMAIN pair AS int[]",
                "CREATE DOMAIN moods AS mood[]",
                "CREATE TYPE address AS (street text, number int, since timestamptz, mood mood, plan bytea)",
                "CREATE TYPE _odd AS (a int, b text)",
                "CREATE DOMAIN home AS address",
                "CREATE TYPE floatrange AS RANGE (subtype = float8, multirange_type_name = floatmultirange)",
                BASE_TYPE.formatted("sku", ""),
                BASE_TYPE.formatted("shape", ", DELIMITER = ':'"));
    }

    static List<GoldenType> types() {
        return List.of(
                GoldenType.text("mood", "happy", "so so", "it's \"bad\", {really}", "größe", ""),
                GoldenType.text("\"Odd Schema\".\"Odd Type\"", "x", "Y"),
                GoldenType.of("weight", Integer.class).value("7", 7).value("2147483647", Integer.MAX_VALUE),
                GoldenType.of("heavy", Integer.class).value("107", 107),
                GoldenType.of("price", BigDecimal.class).value("10.5", new BigDecimal("10.50")),
                GoldenType.text("feeling", "happy", "so so"),
                GoldenType.of("pair", List.class)
                        .value("{1,2}", List.of(1, 2))
                        .value("{3,NULL}", Arrays.asList(3, null)),
                GoldenType.of("moods", List.class)
                        .value("{happy,\"so so\"}", List.of("happy", "so so"))
                        .value("{}", List.of()),
                address("address"),
                address("home"),
                GoldenType.text("_odd", "(1,a)", "(,)", "(1,\"{a,b}\")"),
                GoldenType.text("floatrange", "[1.5,2)", "empty"),
                GoldenType.text("floatmultirange", "{[1.5,2),[3,4)}", "{}"),
                GoldenType.text("sku", "a-1", "", "{x,y}", "größe").notKeyable(),
                GoldenType.text("shape", "a,b", "c").notKeyable());
    }

    /** The text of a composite holds its fields in the very forms that they have by themselves. */
    private static GoldenType address(String name) {
        return GoldenType.of(name, String.class)
                .value(
                        "(\"Main \"\"St\"\" 1\",7,2024-01-01 00:00+02,\"so so\",\"\\\\x0102\")",
                        "(\"Main \"\"St\"\" 1\",7,\"2023-12-31 22:00:00+00\",\"so so\",\"\\\\x0102\")")
                .value("(,,,,)", "(,,,,)")
                .value("(\"\",,infinity,,\"\\\\x\")", "(\"\",,infinity,,\"\\\\x\")");
    }

    static List<GoldenType> ofExtensions() {
        return List.of(
                GoldenType.of("hstore", String.class)
                        .extension("hstore")
                        .value("a=>1, b=>NULL", "\"a\"=>\"1\", \"b\"=>NULL")
                        .value("", ""),
                GoldenType.text("citext", "AbC", "", "größe").extension("citext"),
                GoldenType.text("ltree", "a.b.c", "").extension("ltree"),
                GoldenType.text("cube", "(1, 2),(3, 4)", "(0)").extension("cube"));
    }
}
