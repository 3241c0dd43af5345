package io.rustcdc.test.databases.golden;

import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** The golden table of MariaDB: every type of 11.4 that a column can have. */
public final class MariaDbTypes {

    private static final String COMPRESSED = " COMPRESSED";

    private MariaDbTypes() {}

    public static List<MySqlType> all() {
        return Stream.concat(
                        MySqlTypes.common().stream(),
                        Stream.of(
                                uuid(),
                                addresses(
                                        "inet6",
                                        "2001:db8::ff00:42:8329",
                                        "::",
                                        "::1",
                                        "1:0:2::",
                                        "::ffff:1.2.3.4",
                                        "::5.6.7.8"),
                                addresses("inet4", "192.0.2.1", "0.0.0.0", "255.255.255.255", "10.0.0.0"),
                                MySqlType.of("json", "longtext", String.class)
                                        .value("'{\"b\":1,  \"a\":[true]}'", "{\"b\":1,  \"a\":[true]}")
                                        .notKeyable(),
                                compressed("varchar(100)", "short", "", "x".repeat(100)),
                                compressed("tinytext", "short", "é".repeat(100)),
                                compressed("text", "short", "", "é".repeat(1000)),
                                compressed("mediumtext", "x".repeat(70_000)),
                                MySqlType.of("blob" + COMPRESSED, "blob", byte[].class)
                                        .value(
                                                "repeat(x'ab', 200)",
                                                MySqlTexts.bytes("ab".repeat(200)),
                                                "ab".repeat(200))
                                        .notKeyable(),
                                MySqlTypes.geometry(
                                        "point", "POINT(1 2)", "000000000101000000000000000000f03f0000000000000040")))
                .toList();
    }

    private static MySqlType uuid() {
        MySqlType type = MySqlType.of("uuid", UUID.class);
        for (String text : List.of(
                "123e4567-e89b-12d3-a456-426655440000",
                "00000000-0000-0000-0000-000000000000",
                "ffffffff-ffff-ffff-ffff-ffffffffffff",
                "0190163d-8694-739b-aea5-966c26f8ad91",
                "550e8400-e29b-41d4-a716-446655440000",
                "123e4567-e89b-12d3-0456-426655440000")) {
            type = type.value("'" + text + "'", UUID.fromString(text));
        }
        return type;
    }

    private static MySqlType addresses(String name, String... values) {
        MySqlType type = MySqlType.of(name, String.class);
        for (String value : values) {
            type = type.value("'" + value + "'", value);
        }
        return type;
    }

    private static MySqlType compressed(String name, String... values) {
        MySqlType type = MySqlType.of(name + COMPRESSED, name, String.class).notKeyable();
        for (String value : values) {
            type = type.value("'" + value + "'", value);
        }
        return type;
    }
}
