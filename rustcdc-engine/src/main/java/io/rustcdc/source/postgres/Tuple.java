package io.rustcdc.source.postgres;

import java.nio.ByteBuffer;

/** The columns of one row image: the message's bytes, and where each column begins in them. */
final class Tuple {

    /** Stands for a column that was not sent. */
    static final int ABSENT = -1;

    private final byte[] bytes;
    private final int[] starts;

    private Tuple(byte[] bytes, int[] starts) {
        this.bytes = bytes;
        this.starts = starts;
    }

    /** Reads TupleData: a count, and for each column its kind and, for a text, its length and bytes. */
    static Tuple read(ByteBuffer in) {
        int count = in.getShort() & 0xFFFF;
        if (count > in.remaining()) {
            throw PgOutputDecoder.undecodable("a row claims %d columns in %d bytes".formatted(count, in.remaining()));
        }
        int offset = in.arrayOffset();
        int[] starts = new int[count];
        for (int i = 0; i < count; i++) {
            int start = in.position();
            byte kind = in.get();
            if (kind == 't') {
                int length = in.getInt();
                if (length < 0 || length > in.remaining()) {
                    throw PgOutputDecoder.undecodable("a column claims %s bytes, %d are there"
                            .formatted(Integer.toUnsignedString(length), in.remaining()));
                }
                in.position(in.position() + length);
            } else if (kind != 'n' && kind != 'u') {
                throw PgOutputDecoder.undecodable(
                        "a column is of kind 0x%02X, expected text, null or unchanged".formatted(kind));
            }
            starts[i] = kind == 'u' ? ABSENT : offset + start;
        }
        return new Tuple(in.array(), starts);
    }

    /** A tuple of columns that begin with their kind, as in a message. */
    static Tuple of(byte[] bytes, int[] starts) {
        return new Tuple(bytes, starts);
    }

    int size() {
        return starts.length;
    }

    byte[] bytes() {
        return bytes;
    }

    /** For each column the index of its kind in the bytes, or {@link #ABSENT}. Owned by whoever read the tuple. */
    int[] starts() {
        return starts;
    }
}
