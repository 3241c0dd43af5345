package io.rustcdc.source.sqlserver;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;

/** Dates and times as the server shows them, with the digits that their type has. */
final class MomentText {

    private static final int NANO_DIGITS = 9;

    private MomentText() {}

    static String of(LocalTime time, int digits) {
        StringBuilder text = new StringBuilder(20);
        append(text, time.getHour(), 2).append(':');
        append(text, time.getMinute(), 2).append(':');
        append(text, time.getSecond(), 2);
        if (digits > 0) {
            String nanos = String.valueOf(nanos(time));
            text.append('.')
                    .append(("0".repeat(NANO_DIGITS - nanos.length()) + nanos), 0, Math.min(digits, NANO_DIGITS));
        }
        return text.toString();
    }

    static String of(LocalDateTime moment, int digits) {
        return of(moment.toLocalDate()) + " " + of(moment.toLocalTime(), digits);
    }

    static String of(OffsetDateTime moment, int digits) {
        String offset = moment.getOffset().getTotalSeconds() == 0
                ? "+00:00"
                : moment.getOffset().getId();
        return of(moment.toLocalDateTime(), digits) + " " + offset;
    }

    /** With no more digits than the value needs. */
    static String shortest(LocalDateTime moment) {
        int digits = NANO_DIGITS;
        int nanos = nanos(moment.toLocalTime());
        while (digits > 0 && nanos % 10 == 0) {
            nanos /= 10;
            digits--;
        }
        return of(moment, digits);
    }

    private static int nanos(LocalTime time) {
        return (int) (time.toNanoOfDay() % 1_000_000_000L);
    }

    private static String of(LocalDate date) {
        return date.toString(); // the server knows years 1 to 9999 only
    }

    private static StringBuilder append(StringBuilder text, int number, int width) {
        return text.append("0".repeat(width - String.valueOf(number).length())).append(number);
    }
}
