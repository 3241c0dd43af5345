package io.rustcdc.source.mysql;

/** DATE; {@link java.time.LocalDate#MIN} for a date with zeros, whose text tells which one. */
record DateCodec(String typeName) implements ColumnCodec {

    @Override
    public Object value(byte[] bytes, int start, int end) {
        return StoredTimes.date(bytes, start).date();
    }

    @Override
    public String text(byte[] bytes, int start, int end) {
        return StoredTimes.date(bytes, start).dateText();
    }

    @Override
    public String select(String column) {
        return Sql.asText(column);
    }

    @Override
    public Object cellValue(byte[] cell) {
        return Moment.parse(Sql.ascii(cell)).date();
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
