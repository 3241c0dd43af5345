package io.rustcdc.source.mysql;

import java.util.HexFormat;

/**
 * Bytes; their text is in lower-case hexadecimal digits.
 *
 * @param length to which zero bytes are added, for BINARY, which is stored without them; else 0
 * @param unknownToDriver whether it must be told that they are bytes
 */
record BinaryCodec(String typeName, int length, boolean unknownToDriver) implements ColumnCodec {

    @Override
    public Object value(byte[] bytes, int start, int end) {
        return bytes(bytes, start, end);
    }

    @Override
    public String text(byte[] bytes, int start, int end) {
        return HexFormat.of().formatHex(bytes(bytes, start, end));
    }

    private byte[] bytes(byte[] bytes, int start, int end) {
        byte[] value = new byte[Math.max(length, end - start)];
        System.arraycopy(bytes, start, value, 0, end - start);
        return value;
    }

    @Override
    public String select(String column) {
        return unknownToDriver ? Sql.asBytes(column) : column;
    }

    @Override
    public Object cellValue(byte[] cell) {
        return bytes(cell, 0, cell.length);
    }

    @Override
    public String cellText(byte[] cell) {
        return HexFormat.of().formatHex(bytes(cell, 0, cell.length));
    }

    @Override
    public String literal(String text) {
        return "X'" + text + "'";
    }
}
