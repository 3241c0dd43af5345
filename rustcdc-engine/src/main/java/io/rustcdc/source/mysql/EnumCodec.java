package io.rustcdc.source.mysql;

import java.util.List;

/** ENUM: its label, and the empty string for the value that none of the labels was. */
record EnumCodec(String typeName, ServerCharset charset, List<String> labels) implements ColumnCodec {

    @Override
    public Object value(byte[] bytes, int start, int end) {
        return text(bytes, start, end);
    }

    @Override
    public String text(byte[] bytes, int start, int end) {
        int index = (int) Numbers.littleEndian(bytes, start, end - start);
        return index == 0 ? "" : labels.get(index - 1);
    }

    @Override
    public String select(String column) {
        return Sql.asBytes(column);
    }

    @Override
    public Object cellValue(byte[] cell) {
        return cellText(cell);
    }

    @Override
    public String cellText(byte[] cell) {
        return charset.decode(cell, 0, cell.length);
    }

    /** Sorted by its number, and compared by it if the other is a number. */
    @Override
    public String literal(String text) {
        int index = labels.indexOf(text);
        if (index < 0 && !text.isEmpty()) {
            throw new IllegalArgumentException("not a label");
        }
        return Integer.toString(index + 1);
    }
}
