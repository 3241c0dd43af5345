package io.rustcdc.source.postgres;

import java.nio.ByteBuffer;

/**
 * The columns of one row image as text: bytes, and where each column begins and ends in them. Made for one row, whose owner
 * may change what a column is.
 */
final class Tuple {

    /** Stands for the begin of a column that was not sent. */
    static final int ABSENT = -1;

    /** Stands for the begin of a column that is NULL. */
    static final int NULL = -2;

    private final byte[] bytes;
    private final int[] bounds;

    private Tuple(byte[] bytes, int[] bounds) {
        this.bytes = bytes;
        this.bounds = bounds;
    }

    /** Reads TupleData: a count, and for each column its kind and, for a text, its length and bytes. */
    static Tuple read(ByteBuffer in) {
        int count = in.getShort() & 0xFFFF;
        if (count > in.remaining()) {
            throw PgOutputDecoder.undecodable("a row claims %d columns in %d bytes".formatted(count, in.remaining()));
        }
        int offset = in.arrayOffset();
        int[] bounds = new int[2 * count];
        for (int i = 0; i < count; i++) {
            byte kind = in.get();
            if (kind == 't') {
                int length = in.getInt();
                if (length < 0 || length > in.remaining()) {
                    throw PgOutputDecoder.undecodable("a column claims %s bytes, %d are there"
                            .formatted(Integer.toUnsignedString(length), in.remaining()));
                }
                int start = in.position();
                in.position(start + length);
                bounds[2 * i] = offset + start;
                bounds[2 * i + 1] = offset + start + length;
            } else if (kind == 'n') {
                bounds[2 * i] = NULL;
            } else if (kind == 'u') {
                bounds[2 * i] = ABSENT;
            } else {
                throw PgOutputDecoder.undecodable(
                        "a column is of kind 0x%02X, expected text, null or unchanged".formatted(kind));
            }
        }
        return new Tuple(in.array(), bounds);
    }

    /**
     * A tuple over these arrays.
     *
     * @param bounds as {@link #bounds()} returns them
     */
    static Tuple of(byte[] bytes, int[] bounds) {
        return new Tuple(bytes, bounds);
    }

    int size() {
        return bounds.length / 2;
    }

    boolean isNull(int index) {
        return bounds[2 * index] == NULL;
    }

    void makeAbsent(int index) {
        bounds[2 * index] = ABSENT;
    }

    byte[] bytes() {
        return bytes;
    }

    /** For each column where its text begins in the bytes, or {@link #NULL}, or {@link #ABSENT}, and then where it ends. */
    int[] bounds() {
        return bounds;
    }
}
