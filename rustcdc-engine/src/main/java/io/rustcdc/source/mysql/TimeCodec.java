package io.rustcdc.source.mysql;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * TIME: a Duration, since it may be negative or longer than a day.
 *
 * @param stored in one of the three formats, with the number of fraction digits
 */
record TimeCodec(String typeName, StoredType stored) implements ColumnCodec {

    private static final int MICROS = 1_000_000;

    @Override
    public Object value(byte[] bytes, int start, int end) {
        return Duration.of(StoredTimes.time(stored, bytes, start, end), ChronoUnit.MICROS);
    }

    @Override
    public String text(byte[] bytes, int start, int end) {
        long micros = StoredTimes.time(stored, bytes, start, end);
        StringBuilder text = new StringBuilder(17);
        if (micros < 0) {
            text.append('-');
        }
        long positive = Math.abs(micros);
        Moment.appendTime(text, (int) (positive / MICROS), (int) (positive % MICROS), stored.meta());
        return text.toString();
    }

    @Override
    public String select(String column) {
        return Sql.asText(column);
    }

    @Override
    public Object cellValue(byte[] cell) {
        String text = Sql.ascii(cell);
        int hours = text.startsWith("-") ? 1 : 0;
        int colon = text.indexOf(':');
        long seconds = Moment.secondOfDay(
                Moment.number(text, hours, colon),
                Moment.number(text, colon + 1, colon + 3),
                Moment.number(text, colon + 4, colon + 6));
        long micros = seconds * MICROS + Moment.fraction(text, colon + 6);
        return Duration.of(hours == 1 ? -micros : micros, ChronoUnit.MICROS);
    }

    @Override
    public String cellText(byte[] cell) {
        return Sql.ascii(cell);
    }

    @Override
    public String literal(String text) {
        return "'" + text + "'";
    }
}
