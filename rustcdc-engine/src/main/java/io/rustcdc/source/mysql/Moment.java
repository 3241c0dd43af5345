package io.rustcdc.source.mysql;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.YearMonth;

/**
 * A date and a time of day as the servers have them: year, month and day may be zero, and then it is no date for Java.
 *
 * @param micros of the second
 */
record Moment(int year, int month, int day, int secondOfDay, int micros) {

    private static final int DAY = 86_400;
    private static final int MICROS_DIGITS = 6;
    private static final int[] POWERS = {1, 10, 100, 1_000, 10_000, 100_000, 1_000_000};

    static Moment of(int year, int month, int day) {
        return new Moment(year, month, day, 0, 0);
    }

    /** In UTC. */
    static Moment ofEpoch(long seconds, int micros) {
        LocalDate date = LocalDate.ofEpochDay(seconds / DAY);
        return new Moment(date.getYear(), date.getMonthValue(), date.getDayOfMonth(), (int) (seconds % DAY), micros);
    }

    /** Reads what {@link #text} and {@link #dateText} write. */
    static Moment parse(String text) {
        int year = number(text, 0, 4);
        int month = number(text, 5, 7);
        int day = number(text, 8, 10);
        if (text.length() == 10) {
            return of(year, month, day);
        }
        int second = secondOfDay(number(text, 11, 13), number(text, 14, 16), number(text, 17, 19));
        return new Moment(year, month, day, second, fraction(text, 19));
    }

    static int secondOfDay(int hour, int minute, int second) {
        return (hour * 60 + minute) * 60 + second;
    }

    static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }

    /** The micros of what begins with a point at {@code from}, or of nothing. */
    static int fraction(String text, int from) {
        int digits = text.length() - from - 1;
        return digits < 1 ? 0 : number(text, from + 1, text.length()) * POWERS[MICROS_DIGITS - digits];
    }

    private boolean isDate() {
        return year != 0 && month != 0 && day != 0;
    }

    /** {@link LocalDate#MIN} for what is none. */
    LocalDate date() {
        // The servers allow a day that its month does not have, if sql_mode does.
        return isDate() && day <= YearMonth.of(year, month).lengthOfMonth()
                ? LocalDate.of(year, month, day)
                : LocalDate.MIN;
    }

    /** {@link LocalDateTime#MIN} for what is none. */
    LocalDateTime dateTime() {
        LocalDate date = date();
        return date.equals(LocalDate.MIN)
                ? LocalDateTime.MIN
                : date.atStartOfDay().plusSeconds(secondOfDay).plusNanos(micros * 1000L);
    }

    String dateText() {
        StringBuilder text = new StringBuilder(10);
        appendDate(text);
        return text.toString();
    }

    /** @param digits of the fraction */
    String text(int digits) {
        StringBuilder text = new StringBuilder(26);
        appendDate(text);
        text.append(' ');
        appendTime(text, secondOfDay, micros, digits);
        return text.toString();
    }

    private void appendDate(StringBuilder text) {
        append(text, year, 4);
        append(text.append('-'), month, 2);
        append(text.append('-'), day, 2);
    }

    static void appendTime(StringBuilder text, int seconds, int micros, int digits) {
        append(text, seconds / 3600, 2);
        append(text.append(':'), seconds / 60 % 60, 2);
        append(text.append(':'), seconds % 60, 2);
        if (digits > 0) {
            append(text.append('.'), micros / POWERS[MICROS_DIGITS - digits], digits);
        }
    }

    private static void append(StringBuilder text, int number, int digits) {
        for (int i = digits - 1; i > 0 && number < POWERS[i]; i--) {
            text.append('0');
        }
        text.append(number);
    }
}
