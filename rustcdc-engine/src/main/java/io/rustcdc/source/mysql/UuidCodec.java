package io.rustcdc.source.mysql;

import java.util.UUID;

/**
 * UUID of MariaDB, stored in sixteen bytes without the zero bytes at the end. Those of the versions 1 to 5 are stored backwards,
 * group by group, so that those made one after the other are beside each other.
 */
record UuidCodec(String typeName) implements ColumnCodec {

    @Override
    public Object value(byte[] bytes, int start, int end) {
        byte[] stored = new byte[16];
        System.arraycopy(bytes, start, stored, 0, end - start);
        if (!isBackwards(stored)) {
            return new UUID(Numbers.bigEndian(stored, 0, 8), Numbers.bigEndian(stored, 8, 8));
        }
        long high = (Numbers.bigEndian(stored, 12, 4) << 32)
                | (Numbers.bigEndian(stored, 10, 2) << 16)
                | Numbers.bigEndian(stored, 8, 2);
        return new UUID(high, (Numbers.bigEndian(stored, 6, 2) << 48) | Numbers.bigEndian(stored, 0, 6));
    }

    /** By the version and the variant, where they are in this case. */
    private static boolean isBackwards(byte[] stored) {
        int version = stored[8] & 0xF0;
        return version > 0 && version < 0x60 && (stored[6] & 0x80) != 0;
    }

    @Override
    public String text(byte[] bytes, int start, int end) {
        return value(bytes, start, end).toString();
    }

    @Override
    public String select(String column) {
        return Sql.asText(column);
    }

    @Override
    public Object cellValue(byte[] cell) {
        return UUID.fromString(Sql.ascii(cell));
    }

    @Override
    public String cellText(byte[] cell) {
        return Sql.ascii(cell);
    }

    @Override
    public String literal(String text) {
        return "'" + text + "'";
    }
}
