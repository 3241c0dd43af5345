package io.rustcdc.source.mysql;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** A column of MariaDB that is stored compressed; a SELECT shows nothing of that. */
record CompressedCodec(ColumnCodec plain) implements ColumnCodec {

    private static final int ZLIB = 8;

    /** How many bytes zlib makes at most of one. */
    private static final int LARGEST_FACTOR = 1100;

    @Override
    public String typeName() {
        return plain.typeName();
    }

    @Override
    public Object value(byte[] bytes, int start, int end) {
        byte[] inflated = inflated(bytes, start, end);
        return plain.value(inflated, 0, inflated.length);
    }

    @Override
    public String text(byte[] bytes, int start, int end) {
        byte[] inflated = inflated(bytes, start, end);
        return plain.text(inflated, 0, inflated.length);
    }

    /** First a byte with the method and how many bytes the length has that follows, then the data. */
    private static byte[] inflated(byte[] bytes, int start, int end) {
        if (start == end) {
            return new byte[0];
        }
        int method = (bytes[start] >> 4) & 15;
        if (method == 0) {
            return Arrays.copyOfRange(bytes, start + 1, end);
        }
        int lengthSize = bytes[start] & 7;
        int from = start + 1 + lengthSize;
        if (method != ZLIB || lengthSize < 1 || lengthSize > 4 || from > end) {
            throw new IllegalArgumentException("no such compression");
        }
        long length = Numbers.bigEndian(bytes, start + 1, lengthSize);
        if (length > (long) LARGEST_FACTOR * (end - from)) {
            throw new IllegalArgumentException("more than its bytes can hold");
        }
        Inflater inflater = new Inflater((bytes[start] & 8) != 0);
        try {
            byte[] inflated = new byte[(int) length];
            inflater.setInput(bytes, from, end - from);
            if (inflater.inflate(inflated) != length) {
                throw new IllegalArgumentException("shorter than it says");
            }
            return inflated;
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("not compressed", e);
        } finally {
            inflater.end();
        }
    }

    @Override
    public String select(String column) {
        return plain.select(column);
    }

    @Override
    public Object cellValue(byte[] cell) {
        return plain.cellValue(cell);
    }

    @Override
    public String cellText(byte[] cell) {
        return plain.cellText(cell);
    }

    @Override
    public String literal(String text) {
        return plain.literal(text);
    }
}
