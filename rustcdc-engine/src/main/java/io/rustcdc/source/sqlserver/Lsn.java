package io.rustcdc.source.sqlserver;

import java.nio.ByteBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A log sequence number: ten bytes, compared as an unsigned number. Its text is {@code 0x} and twenty hexadecimal digits in lower
 * case.
 *
 * @param high the first eight bytes: the virtual log file and the block in it
 * @param low the last two: the record in the block; 0 to 65535
 */
record Lsn(long high, int low) implements Comparable<Lsn> {

    /** Before all that a log holds. */
    static final Lsn ZERO = new Lsn(0, 0);

    private static final int BYTES = 10;
    private static final int MOST_LOW = 0xffff;
    private static final Pattern HEX = Pattern.compile("(?:0[xX])?([0-9A-Fa-f]{16})([0-9A-Fa-f]{4})");
    private static final Pattern COLONS = Pattern.compile("([0-9A-Fa-f]{8}):([0-9A-Fa-f]{8}):([0-9A-Fa-f]{4})");

    static Lsn of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("An LSN has 10 bytes, found " + bytes.length);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new Lsn(buffer.getLong(), buffer.getShort() & MOST_LOW);
    }

    /** Null for NULL. */
    static @Nullable Lsn ofNullable(byte @Nullable [] bytes) {
        return bytes == null ? null : of(bytes);
    }

    /** Upper and lower case are the same, and {@code 0x} may be missing. */
    static Lsn parse(String text) {
        Matcher matcher = HEX.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("An LSN is 0x and 20 hexadecimal digits, found \"%s\"".formatted(text));
        }
        return new Lsn(Long.parseUnsignedLong(matcher.group(1), 16), Integer.parseInt(matcher.group(2), 16));
    }

    /** As the views about the log write it: {@code 0000002c:00000158:0001}. */
    static Lsn parseColons(String text) {
        Matcher matcher = COLONS.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "An LSN of a view is 8, 8 and 4 hexadecimal digits with colons, found \"%s\"".formatted(text));
        }
        return new Lsn(
                Long.parseUnsignedLong(matcher.group(1) + matcher.group(2), 16),
                Integer.parseInt(matcher.group(3), 16));
    }

    static Lsn max(Lsn one, Lsn other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    static Lsn min(Lsn one, Lsn other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    byte[] bytes() {
        return ByteBuffer.allocate(BYTES).putLong(high).putShort((short) low).array();
    }

    boolean isBefore(Lsn other) {
        return compareTo(other) < 0;
    }

    Lsn next() {
        return low == MOST_LOW ? new Lsn(high + 1, 0) : new Lsn(high, low + 1);
    }

    /** The one before; that of zero is zero. */
    Lsn previous() {
        if (equals(ZERO)) {
            return this;
        }
        return low == 0 ? new Lsn(high - 1, MOST_LOW) : new Lsn(high, low - 1);
    }

    @Override
    public int compareTo(Lsn other) {
        int order = Long.compareUnsigned(high, other.high);
        return order != 0 ? order : Integer.compare(low, other.low);
    }

    @Override
    public String toString() {
        return "0x%016x%04x".formatted(high, low);
    }
}
