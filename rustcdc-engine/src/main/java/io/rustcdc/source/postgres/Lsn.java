package io.rustcdc.source.postgres;

import java.util.HexFormat;
import java.util.Locale;

/**
 * A position in PostgreSQL's write-ahead log: an unsigned number of bytes, written as {@code H/LLLLLLLL} in hexadecimal
 * halves (manual 8.20, pg_lsn type). The path of every change uses the bare {@code long}, compared unsigned.
 */
record Lsn(long value) implements Comparable<Lsn> {

    private static final HexFormat UPPER = HexFormat.of().withUpperCase();

    /** Reads {@code H/L}, each half 1 to 8 hexadecimal digits in either case, as the server does. */
    static Lsn parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 1 || slash > 8 || text.length() - slash < 2 || text.length() - slash > 9) {
            throw malformed(text);
        }
        try {
            long high = HexFormat.fromHexDigitsToLong(text, 0, slash);
            long low = HexFormat.fromHexDigitsToLong(text, slash + 1, text.length());
            return new Lsn(high << 32 | low);
        } catch (NumberFormatException e) {
            throw malformed(text);
        }
    }

    static String format(long lsn) {
        return Long.toHexString(lsn >>> 32).toUpperCase(Locale.ROOT) + "/" + UPPER.toHexDigits((int) lsn);
    }

    static boolean isBefore(long a, long b) {
        return Long.compareUnsigned(a, b) < 0;
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException(
                "Expected an LSN such as \"0/16B3748\" (two hexadecimal halves), found \"%s\"".formatted(text));
    }

    @Override
    public int compareTo(Lsn other) {
        return Long.compareUnsigned(value, other.value);
    }

    @Override
    public String toString() {
        return format(value);
    }
}
