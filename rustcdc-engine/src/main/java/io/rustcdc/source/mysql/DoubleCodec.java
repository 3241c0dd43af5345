package io.rustcdc.source.mysql;

/** DOUBLE. Its text has as few digits as identify the value, as a SELECT shows it; the digits of DOUBLE(M,D) are not seen here. */
record DoubleCodec(String typeName) implements ColumnCodec {

    @Override
    public Object value(byte[] bytes, int start, int end) {
        return Double.longBitsToDouble(Numbers.littleEndian(bytes, start, 8));
    }

    @Override
    public String text(byte[] bytes, int start, int end) {
        return FloatingText.of(Double.longBitsToDouble(Numbers.littleEndian(bytes, start, 8)));
    }

    /** A cast, and MySQL's arithmetic, would cut it to 22 characters. */
    @Override
    public String select(String column) {
        return "CONCAT(" + column + ", '')";
    }

    @Override
    public Object cellValue(byte[] cell) {
        return Double.parseDouble(Sql.ascii(cell));
    }

    @Override
    public String cellText(byte[] cell) {
        return FloatingText.of(Double.parseDouble(Sql.ascii(cell)));
    }

    @Override
    public String literal(String text) {
        return FloatingText.literal(Double.parseDouble(text));
    }
}
