package io.rustcdc.source.mysql;

/**
 * DATETIME; {@link java.time.LocalDateTime#MIN} for one with zeros in its date, whose text tells which one.
 *
 * @param stored in one of the three formats, with the number of fraction digits
 */
record DateTimeCodec(String typeName, StoredType stored) implements ColumnCodec {

    @Override
    public Object value(byte[] bytes, int start, int end) {
        return StoredTimes.dateTime(stored, bytes, start, end).dateTime();
    }

    @Override
    public String text(byte[] bytes, int start, int end) {
        return StoredTimes.dateTime(stored, bytes, start, end).text(stored.meta());
    }

    @Override
    public String select(String column) {
        return Sql.asText(column);
    }

    @Override
    public Object cellValue(byte[] cell) {
        return Moment.parse(Sql.ascii(cell)).dateTime();
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
