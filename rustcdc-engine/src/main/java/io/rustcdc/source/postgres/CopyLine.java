package io.rustcdc.source.postgres;

import io.rustcdc.source.SourceException;

/**
 * Turns a line of {@code COPY ... TO STDOUT} in text format into a tuple as the stream would send it (manual: COPY, File
 * Formats). Both carry the text that the types' output functions write, so both are decoded by the same code.
 */
final class CopyLine {

    private static final int HEADER = 1 + Integer.BYTES;

    private CopyLine() {}

    /**
     * @param line one line, with or without its end
     * @param columns how many the line must have
     * @throws SourceException TERMINAL if it has another number
     */
    static Tuple tuple(byte[] line, int columns) {
        int end = line.length > 0 && line[line.length - 1] == '\n' ? line.length - 1 : line.length;
        byte[] bytes = new byte[end + columns * HEADER + 1];
        int[] starts = new int[columns];
        int out = 0;
        int in = 0;
        for (int i = 0; i < columns; i++) {
            starts[i] = out;
            if (in > end) {
                throw wrongCount(i, columns);
            }
            if (in + 1 < end && line[in] == '\\' && line[in + 1] == 'N' && (in + 2 == end || line[in + 2] == '\t')) {
                bytes[out++] = 'n';
                in += 3;
                continue;
            }
            int text = out + HEADER;
            int at = text;
            while (in < end && line[in] != '\t') {
                byte b = line[in++];
                bytes[at++] = b == '\\' && in < end ? unescaped(line[in++]) : b;
            }
            in++; // the tab, or one past the end
            bytes[out] = 't';
            putInt(bytes, out + 1, at - text);
            out = at;
        }
        if (columns > 0 && in <= end) {
            throw wrongCount(columns + 1, columns);
        }
        return Tuple.of(bytes, starts);
    }

    private static byte unescaped(byte b) {
        return switch (b) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'v' -> 0x0B;
            default -> b;
        };
    }

    private static void putInt(byte[] bytes, int at, int value) {
        bytes[at] = (byte) (value >>> 24);
        bytes[at + 1] = (byte) (value >>> 16);
        bytes[at + 2] = (byte) (value >>> 8);
        bytes[at + 3] = (byte) value;
    }

    private static SourceException wrongCount(int found, int expected) {
        return SourceException.terminal(
                "A row that was read has %s columns, expected %d"
                        .formatted(found > expected ? "more than " + expected : Integer.toString(found), expected),
                "Restart the source; if it comes again, report it with the server's version.");
    }
}
