package io.rustcdc.source.mysql;

/** YEAR: an Integer, 0 for the year that is none. */
record YearCodec(String typeName) implements ColumnCodec {

    private static final int FIRST = 1900;

    @Override
    public Object value(byte[] bytes, int start, int end) {
        return year(bytes, start);
    }

    @Override
    public String text(byte[] bytes, int start, int end) {
        return text(year(bytes, start));
    }

    private static int year(byte[] bytes, int start) {
        int stored = bytes[start] & 0xFF;
        return stored == 0 ? 0 : FIRST + stored;
    }

    private static String text(int year) {
        return year == 0 ? "0000" : Integer.toString(year);
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
        return text(Integer.parseInt(Sql.ascii(cell)));
    }

    @Override
    public String literal(String text) {
        return text;
    }
}
