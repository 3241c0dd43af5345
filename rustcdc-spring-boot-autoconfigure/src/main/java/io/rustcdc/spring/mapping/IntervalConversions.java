package io.rustcdc.spring.mapping;

import java.time.Duration;
import java.time.Period;
import java.time.format.DateTimeParseException;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ISO 8601 text of an interval to the Java type of one of its two parts. Years, months and days have no fixed length,
 * hours, minutes and seconds do; what has both is neither a Period nor a Duration.
 */
final class IntervalConversions {

    private static final String AMOUNT = "[+-]?\\d+";
    private static final Pattern INTERVAL =
            Pattern.compile("P(?<dates>(%1$sY)?(%1$sM)?(%1$sW)?(%1$sD)?)(?<times>T(%1$sH)?(%1$sM)?(%1$s(\\.\\d+)?S)?)?"
                    .formatted(AMOUNT));
    private static final String NOTHING = "T0S";

    private IntervalConversions() {}

    static Object toDuration(Object value) {
        if (value instanceof Duration) {
            return value;
        }
        Matcher interval = interval(value);
        if (!interval.group("dates").isEmpty()) {
            throw new MismatchException(
                    "an interval has years, months or days, which have no fixed length; a Duration has hours, minutes and seconds");
        }
        return parse(Duration::parse, interval.group());
    }

    static Object toPeriod(Object value) {
        if (value instanceof Period) {
            return value;
        }
        Matcher interval = interval(value);
        String times = interval.group("times");
        if (times != null && !times.equals(NOTHING)) {
            throw new MismatchException(
                    "an interval has hours, minutes or seconds; a Period has years, months and days");
        }
        String dates = interval.group("dates");
        return dates.isEmpty() ? Period.ZERO : parse(Period::parse, "P" + dates);
    }

    private static Matcher interval(Object value) {
        if (!(value instanceof String text)) {
            throw MismatchException.of(value);
        }
        Matcher interval = INTERVAL.matcher(text);
        if (!interval.matches()) {
            throw new MismatchException("a text is not an interval in the form of ISO 8601, such as P1DT2H");
        }
        return interval;
    }

    private static Object parse(Function<String, Object> parser, String text) {
        try {
            return parser.apply(text);
        } catch (DateTimeParseException e) {
            // Its message quotes the text, which must not reach a log.
            throw new MismatchException("an interval is outside of the range of the type");
        }
    }
}
