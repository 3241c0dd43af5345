package io.rustcdc.source.mysql;

import java.util.Locale;

/** YEAR: an Integer, 0 for the year that is none. */
record YearCodec(String typeName) implements ColumnCodec {

    private static final int FIRST = 1900;

    @Override
    public Object value(byte[] bytes, int start, int end) {
        int stored = bytes[start] & 0xFF;
        return stored == 0 ? 0 : FIRST + stored;
    }

    @Override
    public String text(byte[] bytes, int start, int end) {
        return String.format(Locale.ROOT, "%04d", (Integer) value(bytes, start, end));
    }

    @Override
    public String select(String column) {
        return Sql.asText(column);
    }

    @Override
    public Object cellValue(byte[] cell) {
        return Integer.valueOf(Sql.ascii(cell));
    }

    @Override
    public String cellText(byte[] cell) {
        return String.format(Locale.ROOT, "%04d", Integer.valueOf(Sql.ascii(cell)));
    }

    @Override
    public String literal(String text) {
        return text;
    }
}
