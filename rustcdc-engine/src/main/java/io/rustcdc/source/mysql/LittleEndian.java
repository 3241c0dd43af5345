package io.rustcdc.source.mysql;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Unsigned numbers as the protocol and the binlog write them, lowest byte first. */
final class LittleEndian {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private LittleEndian() {}

    static int uint16(byte[] bytes, int at) {
        return (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8;
    }

    static int uint24(byte[] bytes, int at) {
        return uint16(bytes, at) | (bytes[at + 2] & 0xff) << 16;
    }

    static long uint32(byte[] bytes, int at) {
        return (int) INT.get(bytes, at) & 0xffff_ffffL;
    }

    static long uint48(byte[] bytes, int at) {
        return uint32(bytes, at) | (long) uint16(bytes, at + 4) << 32;
    }

    static long uint56(byte[] bytes, int at) {
        return uint48(bytes, at) | (bytes[at + 6] & 0xffL) << 48;
    }

    /** The highest bit is the sign of the result. */
    static long int64(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }
}
