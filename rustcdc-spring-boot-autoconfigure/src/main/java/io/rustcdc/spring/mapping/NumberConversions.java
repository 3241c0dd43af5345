package io.rustcdc.spring.mapping;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Numbers to numbers, never changing the value: what does not fit is refused. NaN and the infinities, which come as Double
 * or Float from whatever column can hold them, fit into those two only.
 */
final class NumberConversions {

    private static final Map<Class<?>, Conversion> CONVERSIONS = Map.of(
            Integer.class, value -> value instanceof Integer ? value : (Object) Math.toIntExact(whole(value)),
            Long.class, value -> value instanceof Long ? value : (Object) whole(value),
            Short.class,
                    value -> value instanceof Short
                            ? value
                            : (Object) (short) within(value, Short.MIN_VALUE, Short.MAX_VALUE),
            Byte.class,
                    value -> value instanceof Byte
                            ? value
                            : (Object) (byte) within(value, Byte.MIN_VALUE, Byte.MAX_VALUE),
            BigInteger.class, NumberConversions::toBigInteger,
            BigDecimal.class, NumberConversions::toBigDecimal,
            Double.class, value -> value instanceof Double ? value : (Object) toDouble(value),
            Float.class, value -> value instanceof Float ? value : (Object) toFloat(value));

    private NumberConversions() {}

    static @Nullable Conversion to(Class<?> target) {
        Conversion conversion = CONVERSIONS.get(target);
        if (conversion == null) {
            return null;
        }
        return value -> {
            try {
                return conversion.apply(value);
            } catch (ArithmeticException e) {
                throw new MismatchException("a value (%s) is outside of its range or has a fraction"
                        .formatted(value.getClass().getName()));
            }
        };
    }

    private static boolean isNoFiniteNumber(Object value) {
        return (value instanceof Double number && !Double.isFinite(number))
                || (value instanceof Float single && !Float.isFinite(single));
    }

    private static long whole(Object value) {
        if (value instanceof Integer || value instanceof Long || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value instanceof BigInteger integer) {
            return integer.longValueExact();
        }
        if (value instanceof BigDecimal decimal) {
            return decimal.longValueExact();
        }
        if (isNoFiniteNumber(value)) {
            throw new MismatchException(
                    "a value is NaN or an infinity, which only double, Double, float, Float, Object and String can hold");
        }
        throw MismatchException.of(value);
    }

    private static long within(Object value, long least, long most) {
        long number = whole(value);
        if (number < least || number > most) {
            throw new ArithmeticException();
        }
        return number;
    }

    private static Object toBigInteger(Object value) {
        if (value instanceof BigInteger) {
            return value;
        }
        return value instanceof BigDecimal decimal ? decimal.toBigIntegerExact() : BigInteger.valueOf(whole(value));
    }

    private static Object toBigDecimal(Object value) {
        if (value instanceof BigDecimal) {
            return value;
        }
        if (value instanceof BigInteger integer) {
            return new BigDecimal(integer);
        }
        return BigDecimal.valueOf(whole(value));
    }

    /** A decimal is rounded to the nearest double: whoever asks for a double asks for that. Whole numbers must fit. */
    private static double toDouble(Object value) {
        if (value instanceof BigDecimal decimal) {
            return decimal.doubleValue();
        }
        if (value instanceof Float number) {
            return number.doubleValue();
        }
        long number = whole(value);
        if ((long) (double) number != number) {
            throw new ArithmeticException();
        }
        return (double) number;
    }

    private static float toFloat(Object value) {
        if (value instanceof BigDecimal decimal) {
            return decimal.floatValue();
        }
        if (value instanceof Double number) {
            if (Double.isFinite(number)) {
                throw MismatchException.of(number);
            }
            return number.floatValue();
        }
        long number = whole(value);
        if ((long) (float) number != number) {
            throw new ArithmeticException();
        }
        return (float) number;
    }
}
