package io.rustcdc.test;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether two column values are the same value. Numbers without rounding are compared as numbers, since nobody wants to
 * know in a test whether a column is an {@code int} or a {@code bigint}; arrays of bytes and lists by their content.
 */
final class Values {

    private Values() {}

    static boolean same(@Nullable Object expected, @Nullable Object found) {
        if (expected == null || found == null) {
            return expected == found;
        }
        BigDecimal one = exact(expected);
        BigDecimal other = exact(found);
        if (one != null && other != null) {
            return one.compareTo(other) == 0;
        }
        if (expected instanceof byte[] bytes && found instanceof byte[] others) {
            return Arrays.equals(bytes, others);
        }
        if (expected instanceof List<?> list && found instanceof List<?> others) {
            return sameLists(list, others);
        }
        return Objects.equals(expected, found);
    }

    /** The value for a message, with its type where that may be the difference. */
    static String shown(@Nullable Object value) {
        if (value == null) {
            return "NULL";
        }
        String text = value instanceof byte[] bytes ? Arrays.toString(bytes) : value.toString();
        return "'%s' (%s)".formatted(text, value.getClass().getSimpleName());
    }

    private static boolean sameLists(List<?> expected, List<?> found) {
        if (expected.size() != found.size()) {
            return false;
        }
        for (int i = 0; i < expected.size(); i++) {
            if (!same(expected.get(i), found.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable BigDecimal exact(Object value) {
        if (value instanceof BigDecimal decimal) {
            return decimal;
        }
        if (value instanceof BigInteger whole) {
            return new BigDecimal(whole);
        }
        boolean fits =
                value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte;
        return fits ? BigDecimal.valueOf(((Number) value).longValue()) : null;
    }
}
