package io.rustcdc.source.mysql;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * DECIMAL as it is stored: nine digits in four bytes, the rest of the whole digits before them, the rest of the fraction behind
 * them in as few bytes as hold them; the highest bit first, inverted; a negative one inverted altogether.
 */
final class Decimals {

    private static final int DIGITS = 9;
    private static final int BYTES = 4;
    private static final int[] BYTES_OF_REST = {0, 1, 1, 2, 2, 3, 3, 4, 4};
    private static final long[] POWERS = {
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000
    };
    private static final int LONGEST_IN_A_LONG = 18;

    private Decimals() {}

    static int size(int precision, int scale) {
        int whole = precision - scale;
        return whole / DIGITS * BYTES
                + BYTES_OF_REST[whole % DIGITS]
                + scale / DIGITS * BYTES
                + BYTES_OF_REST[scale % DIGITS];
    }

    /** @throws IllegalArgumentException if a group of digits is too large */
    static BigDecimal read(byte[] bytes, int start, int precision, int scale) {
        long mask = (bytes[start] & 0x80) != 0 ? 0 : -1;
        int whole = precision - scale;
        int at = start;
        long unscaled = 0;
        BigInteger large = BigInteger.ZERO;
        boolean small = precision <= LONGEST_IN_A_LONG;
        int groups = whole / DIGITS + scale / DIGITS + 2;
        for (int i = 0; i < groups; i++) {
            int digits = i == 0 ? whole % DIGITS : i == groups - 1 ? scale % DIGITS : DIGITS;
            int size = digits == DIGITS ? BYTES : BYTES_OF_REST[digits];
            long group = group(bytes, at, size, mask, at == start);
            if (group >= POWERS[digits]) {
                throw new IllegalArgumentException("a group of digits is too large");
            }
            at += size;
            if (small) {
                unscaled = unscaled * POWERS[digits] + group;
            } else {
                large = large.multiply(BigInteger.valueOf(POWERS[digits])).add(BigInteger.valueOf(group));
            }
        }
        if (small) {
            return BigDecimal.valueOf(mask == 0 ? unscaled : -unscaled, scale);
        }
        return new BigDecimal(mask == 0 ? large : large.negate(), scale);
    }

    private static long group(byte[] bytes, int at, int size, long mask, boolean first) {
        if (size == 0) {
            return 0;
        }
        long bits = Numbers.bigEndian(bytes, at, size);
        if (first) {
            bits ^= 0x80L << (8 * (size - 1));
        }
        return (bits ^ mask) & (-1L >>> (64 - 8 * size));
    }
}
