package io.rustcdc.source.mysql;

import java.nio.charset.StandardCharsets;

/**
 * Characters in the column's charset.
 *
 * @param padded whether it is CHAR, whose values end before their spaces
 */
record TextCodec(String typeName, ServerCharset charset, boolean padded) implements ColumnCodec {

    @Override
    public Object value(byte[] bytes, int start, int end) {
        return text(bytes, start, end);
    }

    @Override
    public String text(byte[] bytes, int start, int end) {
        return trimmed(charset.decode(bytes, start, end));
    }

    private String trimmed(String text) {
        int length = text.length();
        while (padded && length > 0 && text.charAt(length - 1) == ' ') {
            length--;
        }
        return text.substring(0, length);
    }

    /** The column itself, which the server sends in utf8mb4. A cast would make NULL of what is larger than max_allowed_packet. */
    @Override
    public String select(String column) {
        return column;
    }

    @Override
    public Object cellValue(byte[] cell) {
        return cellText(cell);
    }

    @Override
    public String cellText(byte[] cell) {
        return trimmed(new String(cell, StandardCharsets.UTF_8));
    }

    @Override
    public String literal(String text) {
        return "_" + charset.name() + " " + Sql.hex(charset.encode(text));
    }
}
