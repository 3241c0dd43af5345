package io.rustcdc.source.mysql;

import java.util.List;

/** SET: the labels of its bits, joined by commas, which no label contains. */
record SetCodec(String typeName, ServerCharset charset, List<String> labels) implements ColumnCodec {

    @Override
    public Object value(byte[] bytes, int start, int end) {
        return text(bytes, start, end);
    }

    @Override
    public String text(byte[] bytes, int start, int end) {
        long bits = Numbers.littleEndian(bytes, start, end - start);
        StringBuilder text = new StringBuilder();
        while (bits != 0) {
            int index = Long.numberOfTrailingZeros(bits);
            text.append(text.length() == 0 ? "" : ",").append(labels.get(index));
            bits &= bits - 1;
        }
        return text.toString();
    }

    @Override
    public String select(String column) {
        return Sql.asBytes(column);
    }

    @Override
    public Object cellValue(byte[] cell) {
        return cellText(cell);
    }

    @Override
    public String cellText(byte[] cell) {
        return charset.decode(cell, 0, cell.length);
    }

    /** Sorted by its number, and compared by it if the other is a number. */
    @Override
    public String literal(String text) {
        long bits = 0;
        for (String label : text.isEmpty() ? List.<String>of() : List.of(text.split(",", -1))) {
            int index = labels.indexOf(label);
            if (index < 0) {
                throw new IllegalArgumentException("not a label");
            }
            bits |= 1L << index;
        }
        return Long.toUnsignedString(bits);
    }
}
