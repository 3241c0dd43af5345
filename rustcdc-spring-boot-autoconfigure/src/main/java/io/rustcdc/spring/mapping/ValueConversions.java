package io.rustcdc.spring.mapping;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is neither a number nor a text. A time without a zone never becomes one with a zone, nor the other way round. */
final class ValueConversions {

    private static final Duration DAY = Duration.ofDays(1);

    private static final Map<Class<?>, Conversion> CONVERSIONS = Map.ofEntries(
            Map.entry(Boolean.class, ValueConversions::toBoolean),
            Map.entry(Character.class, ValueConversions::toCharacter),
            Map.entry(UUID.class, ValueConversions::toUuid),
            Map.entry(byte[].class, only(byte[].class)),
            Map.entry(LocalDate.class, only(LocalDate.class)),
            Map.entry(LocalTime.class, ValueConversions::toLocalTime),
            Map.entry(LocalDateTime.class, only(LocalDateTime.class)),
            Map.entry(OffsetDateTime.class, only(OffsetDateTime.class)),
            Map.entry(Instant.class, value -> moment(value).toInstant()),
            Map.entry(OffsetTime.class, only(OffsetTime.class)),
            Map.entry(ZonedDateTime.class, value -> moment(value).toZonedDateTime()),
            Map.entry(Duration.class, IntervalConversions::toDuration),
            Map.entry(Period.class, IntervalConversions::toPeriod));

    private ValueConversions() {}

    static @Nullable Conversion to(Class<?> target) {
        return CONVERSIONS.get(target);
    }

    private static Conversion only(Class<?> type) {
        return value -> {
            if (!type.isInstance(value)) {
                throw MismatchException.of(value);
            }
            return value;
        };
    }

    /** Databases without a boolean type use 0 and 1. */
    private static Object toBoolean(Object value) {
        if (value instanceof Boolean) {
            return value;
        }
        if (value instanceof Integer || value instanceof Long) {
            long number = ((Number) value).longValue();
            if (number == 0 || number == 1) {
                return number == 1;
            }
            throw new MismatchException("a number is neither 0 nor 1");
        }
        throw MismatchException.of(value);
    }

    private static Object toCharacter(Object value) {
        if (!(value instanceof String text)) {
            throw MismatchException.of(value);
        }
        if (text.length() != 1) {
            throw new MismatchException("a text does not have exactly one character");
        }
        return text.charAt(0);
    }

    private static Object toUuid(Object value) {
        if (value instanceof UUID) {
            return value;
        }
        if (!(value instanceof String text)) {
            throw MismatchException.of(value);
        }
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new MismatchException("a text is not a UUID");
        }
    }

    /** MySQL's TIME is a span, which most people use for the time of a day. */
    private static Object toLocalTime(Object value) {
        if (value instanceof LocalTime) {
            return value;
        }
        if (!(value instanceof Duration span)) {
            throw MismatchException.of(value);
        }
        if (span.isNegative() || span.compareTo(DAY) >= 0) {
            throw new MismatchException(
                    "a time is no time of a day, but negative or 24 hours and more; a Duration holds it");
        }
        return LocalTime.ofNanoOfDay(span.toNanos());
    }

    private static OffsetDateTime moment(Object value) {
        if (value instanceof OffsetDateTime time) {
            return time;
        }
        throw MismatchException.of(value);
    }
}
