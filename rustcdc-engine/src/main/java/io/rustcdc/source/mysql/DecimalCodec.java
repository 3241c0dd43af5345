package io.rustcdc.source.mysql;

import java.math.BigDecimal;

/** DECIMAL, in its declared layout. ZEROFILL is not seen here. */
record DecimalCodec(String typeName, DecimalLayout layout) implements ColumnCodec {

    @Override
    public Object value(byte[] bytes, int start, int end) {
        return layout.read(bytes, start);
    }

    @Override
    public String text(byte[] bytes, int start, int end) {
        return layout.read(bytes, start).toPlainString();
    }

    @Override
    public String select(String column) {
        return Sql.asText(column);
    }

    @Override
    public Object cellValue(byte[] cell) {
        return new BigDecimal(Sql.ascii(cell));
    }

    @Override
    public String cellText(byte[] cell) {
        return new BigDecimal(Sql.ascii(cell)).toPlainString();
    }

    @Override
    public String literal(String text) {
        return text;
    }
}
