package io.rustcdc.test.databases.golden;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Characters, bytes and labels of both servers. */
final class MySqlTexts {

    /** Of each charset of both servers a text that tells it from others. */
    private static final Map<String, String> SAMPLES = new LinkedHashMap<>();

    static {
        SAMPLES.put("armscii8", "Ա");
        SAMPLES.put("ascii", "a");
        SAMPLES.put("big5", "中文a");
        SAMPLES.put("cp1250", "ž");
        SAMPLES.put("cp1251", "Ж");
        SAMPLES.put("cp1256", "ع");
        SAMPLES.put("cp1257", "ą");
        SAMPLES.put("cp850", "é");
        SAMPLES.put("cp852", "ž");
        SAMPLES.put("cp866", "Ж");
        SAMPLES.put("cp932", "①～ｱa");
        SAMPLES.put("dec8", "é");
        SAMPLES.put("eucjpms", "～①日a");
        SAMPLES.put("euckr", "한글a");
        SAMPLES.put("gb2312", "中文a");
        SAMPLES.put("gbk", "中文a");
        SAMPLES.put("geostd8", "ა");
        SAMPLES.put("greek", "λ");
        SAMPLES.put("hebrew", "ש");
        SAMPLES.put("hp8", "é");
        SAMPLES.put("keybcs2", "ž");
        SAMPLES.put("koi8r", "Ж");
        SAMPLES.put("koi8u", "Ї");
        SAMPLES.put("latin1", "€é");
        SAMPLES.put("latin2", "ž");
        SAMPLES.put("latin5", "ğ");
        SAMPLES.put("latin7", "ž");
        SAMPLES.put("macce", "ž");
        SAMPLES.put("macroman", "é");
        SAMPLES.put("sjis", "ア―a");
        SAMPLES.put("swe7", "ä");
        SAMPLES.put("tis620", "ก");
        SAMPLES.put("ucs2", "中");
        SAMPLES.put("ujis", "日―a");
        SAMPLES.put("utf16", "😀中");
        SAMPLES.put("utf16le", "😀中");
        SAMPLES.put("utf32", "😀中");
        SAMPLES.put("utf8mb3", "中é");
    }

    private MySqlTexts() {}

    static List<MySqlType> types() {
        List<MySqlType> types = new ArrayList<>(List.of(
                texts("varchar(20)", "abc", "", "trailing  ", "\0a\0", "😀 \\ ' \" \n", "deadbeef"), // MY-12
                texts("varchar(63)", "x".repeat(63), "😀".repeat(63)),
                texts("varchar(64)", "x".repeat(64), "😀".repeat(64)),
                charset("varchar(255)", "latin1", "é".repeat(255)),
                charset("varchar(256)", "latin1", "é".repeat(256)),
                chars("char(5)", "ab", "ab  ", "é", ""),
                MySqlType.of("char(255)", String.class)
                        .value("repeat('😀', 255)", "😀".repeat(255))
                        .value("'x'", "x"),
                charset("char(5)", "ucs2", "中"),
                MySqlType.of("varchar(20) COLLATE utf8mb4_bin", "varchar(20)", String.class)
                        .value("'Text'", "Text"),
                texts("tinytext", "text", "").notKeyable(),
                texts("text", "text", "", "x ".repeat(200)).notKeyable(),
                texts("mediumtext", "text").notKeyable(),
                texts("longtext", "text", "😀").notKeyable(),
                MySqlType.of("longtext", String.class)
                        .value("repeat('é', 70000)", "é".repeat(70_000))
                        .notKeyable(),
                bytes("binary(5)", "6100000000", "0000000000", "6120202020", "ffffffffff")
                        .value("'a'", bytes("6100000000"), "6100000000"),
                bytes("binary(16)", "00112233445566778899aabbccddee00"),
                bytes("binary(255)", "ab".repeat(255), "ab" + "00".repeat(254)),
                bytes("varbinary(300)", "68656c6c6f", "deadbeef", "", "610000", "2020"), // MY-12
                bytes("tinyblob", "deadbeef", "00").notKeyable(),
                bytes("blob", "deadbeef", "").notKeyable(),
                bytes("mediumblob", "deadbeef").notKeyable(),
                bytes("longblob", "deadbeef").notKeyable()));
        types.addAll(labels());
        SAMPLES.forEach((charset, sample) -> types.add(charset("varchar(20)", charset, sample)));
        types.add(MySqlType.of("varchar(20) CHARACTER SET latin1", "varchar(20)", String.class)
                .value("_latin1 X'818D8F909D'", "\u0081\u008d\u008f\u0090\u009d"));
        types.add(MySqlType.of("varchar(20) CHARACTER SET cp1251", "varchar(20)", String.class)
                .value("_cp1251 X'98'", "?"));
        types.add(MySqlType.of("text CHARACTER SET gbk", "text", String.class)
                .value("'中'", "中")
                .notKeyable());
        return types;
    }

    private static List<MySqlType> labels() {
        String names = IntStream.range(0, 64).mapToObj(i -> "m" + i).collect(Collectors.joining(","));
        String quoted = "'" + names.replace(",", "','") + "'";
        String many = IntStream.range(0, 300).mapToObj(i -> "'e" + i + "'").collect(Collectors.joining(","));
        return List.of(
                texts("enum('happy','a,b','it''s','é','中')", "happy", "a,b", "it's", "é", "中") // MY-09
                        .value("'none of them'", "", ""),
                texts("enum(%s)".formatted(many), "e0", "e254", "e255", "e299"),
                MySqlType.of("enum('é','x') CHARACTER SET latin1", "enum('é','x')", String.class)
                        .value("'é'", "é"),
                MySqlType.of("enum('é','中') CHARACTER SET utf16", "enum('é','中')", String.class)
                        .value("'中'", "中"),
                MySqlType.of("enum('中','x') CHARACTER SET gbk", "enum('中','x')", String.class)
                        .value("'中'", "中"),
                texts("set('read','write')", "read", "write", "read,write", ""), // MY-10
                texts("set(%s)".formatted(quoted), "m0", "m63", names),
                MySqlType.of("set('é','x') CHARACTER SET latin1", "set('é','x')", String.class)
                        .value("'é,x'", "é,x"));
    }

    private static MySqlType texts(String name, String... values) {
        MySqlType type = MySqlType.of(name, String.class);
        for (String value : values) {
            type = type.value(quoted(value), value);
        }
        return type;
    }

    /** Spaces at the end of CHAR are not part of the value. */
    private static MySqlType chars(String name, String... values) {
        MySqlType type = MySqlType.of(name, String.class);
        for (String value : values) {
            type = type.value(quoted(value), value.stripTrailing());
        }
        return type;
    }

    static MySqlType charset(String name, String charset, String value) {
        return MySqlType.of(name + " CHARACTER SET " + charset, name, String.class)
                .value(quoted(value), value);
    }

    private static MySqlType bytes(String name, String... hex) {
        MySqlType type = MySqlType.of(name, byte[].class);
        for (String value : hex) {
            type = type.value("X'" + value + "'", bytes(value), value);
        }
        return type;
    }

    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    /** In hexadecimal digits, so that no setting changes what it means. */
    private static String quoted(String value) {
        return "_utf8mb4 X'" + HexFormat.of().formatHex(value.getBytes(StandardCharsets.UTF_8)) + "'";
    }
}
