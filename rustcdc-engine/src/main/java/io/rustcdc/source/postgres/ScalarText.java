package io.rustcdc.source.postgres;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** The text forms of scalars that are not points in time. No message holds the value. */
final class ScalarText {

    private static final int LONGEST_IN_A_LONG = 18;

    private ScalarText() {}

    static String text(byte[] bytes, int from, int length) {
        return new String(bytes, from, length, StandardCharsets.UTF_8);
    }

    static Boolean bool(byte[] bytes, int from, int length) {
        if (length != 1 || (bytes[from] != 't' && bytes[from] != 'f')) {
            throw new IllegalArgumentException("not t or f");
        }
        return bytes[from] == 't';
    }

    static Integer integer(byte[] bytes, int from, int length) {
        return Math.toIntExact(number(bytes, from, length));
    }

    /** Without a String in between, since keys and counts are the most read columns. */
    static Long number(byte[] bytes, int from, int length) {
        boolean negative = length > 1 && bytes[from] == '-';
        int end = from + length;
        int digits = from + (negative ? 1 : 0);
        if (digits == end) {
            throw new NumberFormatException("empty");
        }
        long value = 0;
        for (int i = digits; i < end; i++) {
            // Downwards, since the smallest long has no positive twin.
            value = Math.subtractExact(Math.multiplyExact(value, 10L), digit(bytes[i]));
        }
        return negative ? value : Math.negateExact(value);
    }

    /** A BigDecimal of the server's scale; NaN and the infinities, which it cannot hold, as the Double of that name. */
    static Number numeric(byte[] bytes, int from, int length) {
        if (length == 0) {
            throw new NumberFormatException("empty");
        }
        byte last = bytes[from + length - 1];
        if (last == 'N' || last == 'y') {
            return Double.valueOf(ascii(bytes, from, length));
        }
        return length > LONGEST_IN_A_LONG
                ? new BigDecimal(ascii(bytes, from, length))
                : shortNumeric(bytes, from, length);
    }

    static Float float4(byte[] bytes, int from, int length) {
        return Float.valueOf(ascii(bytes, from, length));
    }

    static Double float8(byte[] bytes, int from, int length) {
        return Double.valueOf(ascii(bytes, from, length));
    }

    static byte[] bytea(byte[] bytes, int from, int length) {
        if (length < 2 || length % 2 != 0 || bytes[from] != '\\' || bytes[from + 1] != 'x') {
            throw new IllegalArgumentException("not in the hex form");
        }
        byte[] value = new byte[length / 2 - 1];
        for (int i = 0; i < value.length; i++) {
            int at = from + 2 + 2 * i;
            value[i] = (byte) (hex(bytes[at]) << 4 | hex(bytes[at + 1]));
        }
        return value;
    }

    static UUID uuid(byte[] bytes, int from, int length) {
        if (length != 36) {
            throw new IllegalArgumentException("not 36 characters");
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < 36; i++) {
            byte b = bytes[from + i];
            if (i == 8 || i == 13 || i == 18 || i == 23) {
                if (b != '-') {
                    throw new IllegalArgumentException("no dash");
                }
            } else if (i < 18) {
                high = high << 4 | hex(b);
            } else {
                low = low << 4 | hex(b);
            }
        }
        return new UUID(high, low);
    }

    private static BigDecimal shortNumeric(byte[] bytes, int from, int length) {
        boolean negative = length > 1 && bytes[from] == '-';
        int digits = from + (negative ? 1 : 0);
        int end = from + length;
        long unscaled = 0;
        int point = -1;
        for (int i = digits; i < end; i++) {
            if (bytes[i] == '.' && point < 0 && i > digits && i < end - 1) {
                point = i;
            } else {
                unscaled = unscaled * 10 + digit(bytes[i]);
            }
        }
        return BigDecimal.valueOf(negative ? -unscaled : unscaled, point < 0 ? 0 : end - 1 - point);
    }

    private static int digit(byte b) {
        int digit = b - '0';
        if (digit < 0 || digit > 9) {
            throw new NumberFormatException("not a digit");
        }
        return digit;
    }

    private static int hex(byte b) {
        int digit = Character.digit(b, 16);
        if (digit < 0) {
            throw new NumberFormatException("not a hexadecimal digit");
        }
        return digit;
    }

    private static String ascii(byte[] bytes, int from, int length) {
        return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
    }
}
