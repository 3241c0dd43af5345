package io.rustcdc.source.mysql;

import java.math.BigInteger;

/**
 * Whole numbers: an Integer, a Long where an Integer would not always hold it, and a BigInteger for BIGINT UNSIGNED. ZEROFILL is
 * not seen here.
 *
 * @param size in bytes
 */
record IntegerCodec(String typeName, int size, boolean unsigned) implements ColumnCodec {

    @Override
    public Object value(byte[] bytes, int start, int end) {
        return boxed(number(bytes, start));
    }

    @Override
    public String text(byte[] bytes, int start, int end) {
        long number = number(bytes, start);
        return size == 8 && unsigned ? Long.toUnsignedString(number) : Long.toString(number);
    }

    private long number(byte[] bytes, int start) {
        long number = Numbers.littleEndian(bytes, start, size);
        return unsigned ? number : Numbers.signed(number, size);
    }

    private Object boxed(long number) {
        if (size == 8) {
            return unsigned ? unsigned(number) : (Object) number;
        }
        return size == 4 && unsigned ? (Object) number : (Object) (int) number;
    }

    static BigInteger unsigned(long bits) {
        BigInteger value = BigInteger.valueOf(bits & Long.MAX_VALUE);
        return bits < 0 ? value.setBit(63) : value;
    }

    @Override
    public String select(String column) {
        return Sql.asText(column);
    }

    @Override
    public Object cellValue(byte[] cell) {
        return boxed(number(cell));
    }

    @Override
    public String cellText(byte[] cell) {
        long number = number(cell);
        return size == 8 && unsigned ? Long.toUnsignedString(number) : Long.toString(number);
    }

    private long number(byte[] cell) {
        String text = Sql.ascii(cell);
        return unsigned ? Long.parseUnsignedLong(text) : Long.parseLong(text);
    }

    @Override
    public String literal(String text) {
        return text;
    }
}
