package io.rustcdc.source.mysql;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.stream.IntStream;

/**
 * How a DECIMAL is stored: nine digits in four bytes, the rest of the whole digits before them, the rest of the fraction behind
 * them in as few bytes as hold them; the highest bit first, inverted; a negative one inverted altogether. Immutable.
 */
final class DecimalLayout {

    private static final int DIGITS = 9;
    private static final int[] BYTES = {0, 1, 1, 2, 2, 3, 3, 4, 4, 4};
    private static final long[] POWERS = {
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000
    };
    private static final int LONGEST_IN_A_LONG = 18;

    private final int scale;
    private final boolean fitsIntoLong;

    /** Of each group of digits: how many bytes it has, and ten to the power of its digits. */
    private final int[] sizes;

    private final long[] powers;

    /** The highest bit of the first group. */
    private final long signBit;

    /** @throws IllegalArgumentException if there are no digits, or more of the fraction than in all */
    DecimalLayout(int precision, int scale) {
        if (precision < 1 || scale < 0 || scale > precision) {
            throw new IllegalArgumentException(
                    "no decimal has %d digits, %d of the fraction".formatted(precision, scale));
        }
        this.scale = scale;
        this.fitsIntoLong = precision <= LONGEST_IN_A_LONG;
        int whole = precision - scale;
        IntStream full = IntStream.generate(() -> DIGITS).limit(whole / DIGITS + scale / DIGITS);
        int[] digits = IntStream.concat(
                        IntStream.of(whole % DIGITS), IntStream.concat(full, IntStream.of(scale % DIGITS)))
                .filter(count -> count > 0)
                .toArray();
        this.sizes = IntStream.of(digits).map(count -> BYTES[count]).toArray();
        this.powers = IntStream.of(digits).mapToLong(count -> POWERS[count]).toArray();
        this.signBit = 0x80L << (8 * (sizes[0] - 1));
    }

    /** In bytes. */
    int size() {
        return IntStream.of(sizes).sum();
    }

    /** @throws IllegalArgumentException if a group of digits is too large */
    BigDecimal read(byte[] bytes, int start) {
        boolean negative = (bytes[start] & 0x80) == 0;
        if (!fitsIntoLong) {
            BigInteger unscaled = large(bytes, start, negative);
            return new BigDecimal(negative ? unscaled.negate() : unscaled, scale);
        }
        long unscaled = 0;
        int at = start;
        for (int i = 0; i < sizes.length; i++) {
            unscaled = unscaled * powers[i] + group(bytes, at, i, negative);
            at += sizes[i];
        }
        return BigDecimal.valueOf(negative ? -unscaled : unscaled, scale);
    }

    private BigInteger large(byte[] bytes, int start, boolean negative) {
        BigInteger unscaled = BigInteger.ZERO;
        int at = start;
        for (int i = 0; i < sizes.length; i++) {
            unscaled = unscaled.multiply(BigInteger.valueOf(powers[i]))
                    .add(BigInteger.valueOf(group(bytes, at, i, negative)));
            at += sizes[i];
        }
        return unscaled;
    }

    private long group(byte[] bytes, int at, int index, boolean negative) {
        int size = sizes[index];
        long bits = Numbers.bigEndian(bytes, at, size);
        if (index == 0) {
            bits ^= signBit;
        }
        if (negative) {
            bits ^= -1L >>> (Long.SIZE - 8 * size);
        }
        if (bits >= powers[index]) {
            throw new IllegalArgumentException("a group of digits is too large");
        }
        return bits;
    }
}
