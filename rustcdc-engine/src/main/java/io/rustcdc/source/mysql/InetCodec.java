package io.rustcdc.source.mysql;

/**
 * INET4 and INET6 of MariaDB, as their text.
 *
 * @param size in bytes; zero bytes at the end are not stored
 */
record InetCodec(String typeName, int size) implements ColumnCodec {

    @Override
    public Object value(byte[] bytes, int start, int end) {
        return text(bytes, start, end);
    }

    @Override
    public String text(byte[] bytes, int start, int end) {
        byte[] address = new byte[size];
        System.arraycopy(bytes, start, address, 0, end - start);
        return size == 4 ? dotted(address, 0) : groups(address);
    }

    private static String dotted(byte[] address, int from) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < from + 4; i++) {
            text.append(i > from ? "." : "").append(address[i] & 0xFF);
        }
        return text.toString();
    }

    /** The first of the longest runs of zeros, be it of one group, is left out. */
    private static String groups(byte[] address) {
        int[] groups = new int[8];
        int gap = -1;
        int gapLength = 0;
        int run = 0;
        for (int i = 0; i < 8; i++) {
            groups[i] = (int) Numbers.bigEndian(address, 2 * i, 2);
            run = groups[i] == 0 ? run + 1 : 0;
            if (run > gapLength) {
                gapLength = run;
                gap = i - run + 1;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == gap) {
                text.append(i == 0 ? "::" : ":");
                i += gapLength - 1;
            } else if (i == 6 && gap == 0 && (gapLength == 6 || (gapLength == 5 && groups[5] == 0xFFFF))) {
                return text.append(dotted(address, 12)).toString();
            } else {
                text.append(Integer.toHexString(groups[i])).append(i < 7 ? ":" : "");
            }
        }
        return text.toString();
    }

    @Override
    public String select(String column) {
        return Sql.asText(column);
    }

    @Override
    public Object cellValue(byte[] cell) {
        return cellText(cell);
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
