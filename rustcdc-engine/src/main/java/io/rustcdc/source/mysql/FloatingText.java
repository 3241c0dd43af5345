package io.rustcdc.source.mysql;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Floating point numbers as the servers write them: as few digits as identify the value, with an exponent where it is far off. */
final class FloatingText {

    /** Decimals of so many digits are all different as floating point numbers. */
    private static final int FLOAT_DIGITS = 6;

    private static final int DOUBLE_DIGITS = 15;

    /** How many places before or behind the point are written without an exponent, or more if there are digits on both sides. */
    private static final int PLAIN = 15;

    private FloatingText() {}

    static String of(float value) {
        if (value == 0 || !Float.isFinite(value)) {
            return special(value);
        }
        BigDecimal exact = new BigDecimal(value);
        BigDecimal shortest = rounded(exact, FLOAT_DIGITS);
        for (int digits = FLOAT_DIGITS + 1; shortest.floatValue() != value; digits++) {
            shortest = rounded(exact, digits);
        }
        return text(shortest);
    }

    static String of(double value) {
        if (value == 0 || !Double.isFinite(value)) {
            return special(value);
        }
        BigDecimal shortest = new BigDecimal(Double.toString(value));
        boolean normal = Math.abs(value) >= Double.MIN_NORMAL;
        if (!normal || shortest.precision() > DOUBLE_DIGITS) {
            // Java 17 sometimes writes a digit more than it takes.
            BigDecimal exact = new BigDecimal(value);
            int digits = normal ? DOUBLE_DIGITS : 1;
            shortest = rounded(exact, digits);
            while (shortest.doubleValue() != value) {
                digits++;
                shortest = rounded(exact, digits);
            }
        }
        return text(shortest);
    }

    /** An SQL constant of exactly this value, which is a DOUBLE. */
    static String literal(double value) {
        BigDecimal decimal = new BigDecimal(Double.toString(value));
        return decimal.unscaledValue() + "e" + -decimal.scale();
    }

    private static BigDecimal rounded(BigDecimal exact, int digits) {
        return exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
    }

    private static String special(double value) {
        return value == 0 ? (1 / value < 0 ? "-0" : "0") : Double.toString(value);
    }

    private static String text(BigDecimal value) {
        BigDecimal shortest = value.stripTrailingZeros();
        int point = shortest.precision() - shortest.scale();
        if (point > -PLAIN && (point <= PLAIN || shortest.scale() > 0)) {
            return shortest.toPlainString();
        }
        String digits = shortest.unscaledValue().abs().toString();
        return (shortest.signum() < 0 ? "-" : "")
                + digits.charAt(0)
                + (digits.length() > 1 ? "." + digits.substring(1) : "")
                + "e"
                + (point - 1);
    }
}
