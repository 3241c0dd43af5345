package io.rustcdc.source.mysql;

/** BIT: a Boolean for one bit, else the number that the bits are. */
record BitCodec(String typeName, int bits) implements ColumnCodec {

    @Override
    public Object value(byte[] bytes, int start, int end) {
        return boxed(Numbers.bigEndian(bytes, start, end - start));
    }

    private Object boxed(long number) {
        if (bits < 64 && number >>> bits != 0) {
            throw new IllegalArgumentException("more bits than declared");
        }
        if (bits == 1) {
            return number == 1;
        }
        if (bits < 32) {
            return (int) number;
        }
        return bits < 64 ? (Object) number : IntegerCodec.unsigned(number);
    }

    @Override
    public String text(byte[] bytes, int start, int end) {
        return Long.toUnsignedString(Numbers.bigEndian(bytes, start, end - start));
    }

    @Override
    public String select(String column) {
        return Sql.asText("CAST(" + column + " AS UNSIGNED)");
    }

    @Override
    public Object cellValue(byte[] cell) {
        return boxed(Long.parseUnsignedLong(cellText(cell)));
    }

    @Override
    public String cellText(byte[] cell) {
        return Sql.ascii(cell);
    }

    @Override
    public String literal(String text) {
        return text;
    }
}
