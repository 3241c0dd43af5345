package io.rustcdc.source.mysql;

import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * TIMESTAMP, in UTC; {@link OffsetDateTime#MIN} for the zero one.
 *
 * @param stored in one of the three formats, with the number of fraction digits
 */
record TimestampCodec(String typeName, StoredType stored) implements ColumnCodec {

    @Override
    public Object value(byte[] bytes, int start, int end) {
        return utc(StoredTimes.timestamp(stored, bytes, start, end));
    }

    private static OffsetDateTime utc(Moment moment) {
        LocalDateTime time = moment.dateTime();
        return time.equals(LocalDateTime.MIN) ? OffsetDateTime.MIN : time.atOffset(ZoneOffset.UTC);
    }

    @Override
    public String text(byte[] bytes, int start, int end) {
        return StoredTimes.timestamp(stored, bytes, start, end).text(stored.meta());
    }

    @Override
    public String select(String column) {
        return Sql.asText(column);
    }

    @Override
    public Object cellValue(byte[] cell) {
        return utc(Moment.parse(Sql.ascii(cell)));
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
