package io.rustcdc.source.postgres;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;

/**
 * The ISO text forms of dates and times (manual 8.5). The values that Java's types cannot hold are: {@code infinity} and
 * {@code -infinity}, which become the type's MAX and MIN (as in pgjdbc), and {@code 24:00:00}, which becomes
 * {@link LocalTime#MAX}; PostgreSQL counts microseconds, so that no other value reads the same. Years BC are the
 * proleptic years 0 and below.
 */
final class TimeText {

    private static final String BC = " BC";

    private final byte[] bytes;
    private final boolean bc;
    private final int end;
    private int at;

    private TimeText(byte[] bytes, int from, int length) {
        this.bytes = bytes;
        this.at = from;
        // The era stands at the very end, after the offset.
        this.bc = length > 3 && bytes[from + length - 1] == 'C' && bytes[from + length - 3] == ' ';
        this.end = from + length - (bc ? BC.length() : 0);
    }

    static LocalDate date(byte[] bytes, int from, int length) {
        int infinity = infinity(bytes, from, length);
        if (infinity != 0) {
            return infinity > 0 ? LocalDate.MAX : LocalDate.MIN;
        }
        TimeText text = new TimeText(bytes, from, length);
        LocalDate date = text.date();
        text.requireEnd();
        return date;
    }

    static LocalTime time(byte[] bytes, int from, int length) {
        TimeText text = new TimeText(bytes, from, length);
        LocalTime time = text.time();
        text.requireEnd();
        return time;
    }

    static OffsetTime timetz(byte[] bytes, int from, int length) {
        TimeText text = new TimeText(bytes, from, length);
        LocalTime time = text.time();
        ZoneOffset offset = ZoneOffset.ofTotalSeconds(text.offsetSeconds());
        text.requireEnd();
        return OffsetTime.of(time, offset);
    }

    static LocalDateTime timestamp(byte[] bytes, int from, int length) {
        int infinity = infinity(bytes, from, length);
        if (infinity != 0) {
            return infinity > 0 ? LocalDateTime.MAX : LocalDateTime.MIN;
        }
        TimeText text = new TimeText(bytes, from, length);
        LocalDateTime timestamp = text.dateTime();
        text.requireEnd();
        return timestamp;
    }

    static OffsetDateTime timestamptz(byte[] bytes, int from, int length) {
        int infinity = infinity(bytes, from, length);
        if (infinity != 0) {
            return infinity > 0 ? OffsetDateTime.MAX : OffsetDateTime.MIN;
        }
        TimeText text = new TimeText(bytes, from, length);
        LocalDateTime local = text.dateTime();
        int offset = text.offsetSeconds();
        text.requireEnd();
        return (offset == 0 ? local : local.minusSeconds(offset)).atOffset(ZoneOffset.UTC);
    }

    private static int infinity(byte[] bytes, int from, int length) {
        if (bytes[from + length - 1] != 'y') {
            return 0;
        }
        return switch (new String(bytes, from, length, StandardCharsets.ISO_8859_1)) {
            case "infinity" -> 1;
            case "-infinity" -> -1;
            default -> throw malformed();
        };
    }

    private LocalDateTime dateTime() {
        LocalDate date = date();
        expect(' ');
        return LocalDateTime.of(date, time());
    }

    private LocalDate date() {
        int year = number(4, 9);
        expect('-');
        int month = number(2, 2);
        expect('-');
        return LocalDate.of(bc ? 1 - year : year, month, number(2, 2));
    }

    private LocalTime time() {
        int hour = number(2, 2);
        expect(':');
        int minute = number(2, 2);
        expect(':');
        int second = number(2, 2);
        int nano = 0;
        if (at < end && bytes[at] == '.') {
            int from = ++at;
            nano = number(1, 9);
            for (int digits = at - from; digits < 9; digits++) {
                nano *= 10;
            }
        }
        if (hour == 24 && minute == 0 && second == 0 && nano == 0) {
            return LocalTime.MAX;
        }
        return LocalTime.of(hour, minute, second, nano);
    }

    /** {@code +HH}, {@code +HH:MM} or {@code +HH:MM:SS}. */
    private int offsetSeconds() {
        if (at == end || (bytes[at] != '+' && bytes[at] != '-')) {
            throw malformed();
        }
        int sign = bytes[at++] == '-' ? -1 : 1;
        int seconds = number(2, 2) * 3600;
        for (int unit = 60; unit > 0 && at < end; unit /= 60) {
            expect(':');
            seconds += number(2, 2) * unit;
        }
        return sign * seconds;
    }

    private int number(int minDigits, int maxDigits) {
        int from = at;
        int value = 0;
        while (at < end && at - from < maxDigits && bytes[at] >= '0' && bytes[at] <= '9') {
            value = value * 10 + bytes[at++] - '0';
        }
        if (at - from < minDigits) {
            throw malformed();
        }
        return value;
    }

    private void expect(char expected) {
        if (at == end || bytes[at] != expected) {
            throw malformed();
        }
        at++;
    }

    private void requireEnd() {
        if (at != end) {
            throw malformed();
        }
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException("not in the ISO form");
    }
}
