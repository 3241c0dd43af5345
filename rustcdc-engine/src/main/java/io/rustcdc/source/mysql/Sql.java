package io.rustcdc.source.mysql;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Parts of statements. */
final class Sql {

    private Sql() {}

    /** A name, right whatever it contains. */
    static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    /** A string constant of ASCII characters; sql_mode does not change what it means. */
    static String text(String value) {
        return "_ascii " + hex(value.getBytes(StandardCharsets.US_ASCII));
    }

    static String hex(byte[] bytes) {
        return "X'" + HexFormat.of().formatHex(bytes) + "'";
    }

    /** The cell of an expression of numbers or times: its text. */
    static String asText(String expression) {
        return "CAST(" + expression + " AS CHAR)";
    }

    /** The cell of a short expression of characters or bytes: its bytes, in no other charset than the column's. */
    static String asBytes(String expression) {
        return "CAST(" + expression + " AS BINARY)";
    }

    static String ascii(byte[] cell) {
        return new String(cell, StandardCharsets.ISO_8859_1);
    }
}
