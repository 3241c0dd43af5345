package io.rustcdc.source.mysql;

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
        String text = charset.decode(bytes, start, end);
        int length = text.length();
        while (padded && length > 0 && text.charAt(length - 1) == ' ') {
            length--;
        }
        return text.substring(0, length);
    }

    @Override
    public String select(String column) {
        return Sql.asBytes(column);
    }

    @Override
    public Object cellValue(byte[] cell) {
        return text(cell, 0, cell.length);
    }

    @Override
    public String cellText(byte[] cell) {
        return text(cell, 0, cell.length);
    }

    @Override
    public String literal(String text) {
        return "_" + charset.name() + " " + Sql.hex(charset.encode(text));
    }
}
