package io.rustcdc.source.mysql;

/**
 * FLOAT. Its text has six digits, as a SELECT shows it, and more where six would not identify the value; the digits of FLOAT(M,D)
 * are not seen here.
 */
record FloatCodec(String typeName) implements ColumnCodec {

    @Override
    public Object value(byte[] bytes, int start, int end) {
        return Float.intBitsToFloat((int) Numbers.littleEndian(bytes, start, 4));
    }

    @Override
    public String text(byte[] bytes, int start, int end) {
        return FloatingText.of(Float.intBitsToFloat((int) Numbers.littleEndian(bytes, start, 4)));
    }

    /** As a DOUBLE, of which the server writes more digits than a FLOAT has. */
    @Override
    public String select(String column) {
        return Sql.asText(column + " * 1e0");
    }

    @Override
    public Object cellValue(byte[] cell) {
        return (float) Double.parseDouble(Sql.ascii(cell));
    }

    @Override
    public String cellText(byte[] cell) {
        return FloatingText.of((float) Double.parseDouble(Sql.ascii(cell)));
    }

    /** A column of FLOAT is compared as a DOUBLE. */
    @Override
    public String literal(String text) {
        return FloatingText.literal(Float.parseFloat(text));
    }
}
