package io.rustcdc.source.mysql;

import java.nio.charset.StandardCharsets;

/** JSON of MySQL: the text of the document. MariaDB's JSON is LONGTEXT. */
record JsonCodec(String typeName) implements ColumnCodec {

    @Override
    public Object value(byte[] bytes, int start, int end) {
        return JsonText.of(bytes, start, end);
    }

    @Override
    public String text(byte[] bytes, int start, int end) {
        return JsonText.of(bytes, start, end);
    }

    @Override
    public String select(String column) {
        return "CAST(" + column + " AS CHAR CHARACTER SET utf8mb4)";
    }

    @Override
    public Object cellValue(byte[] cell) {
        return cellText(cell);
    }

    @Override
    public String cellText(byte[] cell) {
        if (cell.length == 0) {
            // What the server makes, with no more than a warning, of a text that is larger than max_allowed_packet.
            throw new IllegalArgumentException("no document");
        }
        return new String(cell, StandardCharsets.UTF_8);
    }

    /** No key is of JSON. */
    @Override
    public String literal(String text) {
        return "CAST(_utf8mb4 " + Sql.hex(text.getBytes(StandardCharsets.UTF_8)) + " AS JSON)";
    }
}
