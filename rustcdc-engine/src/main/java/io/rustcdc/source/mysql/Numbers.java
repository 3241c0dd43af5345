package io.rustcdc.source.mysql;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers as the two servers store them. The caller has checked that the bytes are there. */
final class Numbers {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private Numbers() {}

    /** Unsigned below eight bytes. */
    static long littleEndian(byte[] bytes, int start, int size) {
        if (size == Integer.BYTES) {
            return LittleEndian.uint32(bytes, start);
        }
        if (size == Long.BYTES) {
            return LittleEndian.int64(bytes, start);
        }
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            value = (value << 8) | (bytes[start + i] & 0xFF);
        }
        return value;
    }

    /** Unsigned below eight bytes. */
    static long bigEndian(byte[] bytes, int start, int size) {
        if (size == Integer.BYTES) {
            return (int) INT.get(bytes, start) & 0xFFFF_FFFFL;
        }
        long value = 0;
        for (int i = 0; i < size; i++) {
            value = (value << 8) | (bytes[start + i] & 0xFF);
        }
        return value;
    }

    /** The number of so many bytes, the highest bit of which is the sign. */
    static long signed(long unsigned, int size) {
        int shift = 64 - 8 * size;
        return unsigned << shift >> shift;
    }
}
