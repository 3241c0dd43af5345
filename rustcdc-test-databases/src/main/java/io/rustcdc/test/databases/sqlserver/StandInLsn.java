package io.rustcdc.test.databases.sqlserver;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Log sequence numbers as the server writes them: a file, a block in it, a slot in that; 10 bytes that rise as unsigned ones. */
final class StandInLsn {

    private static final int FILE = 0x2A;
    private static final int SLOTS = 200;

    private StandInLsn() {}

    /** The number of the n-th record of the log. */
    static byte[] of(long n) {
        return ByteBuffer.allocate(10)
                .putInt(FILE + (int) ((n / SLOTS) >> 31))
                .putInt((int) (n / SLOTS & 0x7FFFFFFF))
                .putShort((short) (n % SLOTS + 1))
                .array();
    }

    /** As {@code sys.dm_cdc_log_scan_sessions} writes it. */
    static String text(byte[] lsn) {
        String hex = HexFormat.of().formatHex(lsn);
        return hex.substring(0, 8) + ":" + hex.substring(8, 16) + ":" + hex.substring(16);
    }
}
