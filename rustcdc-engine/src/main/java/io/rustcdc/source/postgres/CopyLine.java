package io.rustcdc.source.postgres;

import io.rustcdc.source.SourceException;

/**
 * Turns a line of {@code COPY ... TO STDOUT} in text format into a tuple as the stream would send it (manual: COPY, File
 * Formats). Both carry the text that the types' output functions write, so both are decoded by the same code.
 */
final class CopyLine {

    private CopyLine() {}

    /**
     * Splits a line, and undoes its escapes where they are: no text gets longer by that.
     *
     * @param line one line, with or without its end; the tuple keeps it
     * @param columns how many the line must have
     * @throws SourceException TERMINAL if it has another number
     */
    static Tuple tuple(byte[] line, int columns) {
        int end = line.length > 0 && line[line.length - 1] == '\n' ? line.length - 1 : line.length;
        int[] bounds = new int[2 * columns];
        int in = 0;
        for (int i = 0; i < columns; i++) {
            if (in > end) {
                throw wrongCount(i, columns);
            }
            int start = in;
            while (in < end && line[in] != '\t' && line[in] != '\\') {
                in++;
            }
            if (in < end && line[in] == '\\') {
                if (in == start && isNull(line, in, end)) {
                    bounds[2 * i] = Tuple.NULL;
                    in += 3;
                    continue;
                }
                int out = in;
                while (in < end && line[in] != '\t') {
                    byte b = line[in++];
                    line[out++] = b == '\\' && in < end ? unescaped(line[in++]) : b;
                }
                bounds[2 * i + 1] = out;
            } else {
                bounds[2 * i + 1] = in;
            }
            bounds[2 * i] = start;
            in++; // the tab, or one past the end
        }
        if (columns > 0 && in <= end) {
            throw wrongCount(columns + 1, columns);
        }
        return Tuple.of(line, bounds);
    }

    private static boolean isNull(byte[] line, int at, int end) {
        return at + 1 < end && line[at + 1] == 'N' && (at + 2 == end || line[at + 2] == '\t');
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

    private static SourceException wrongCount(int found, int expected) {
        return SourceException.terminal(
                "A row that was read has %s columns, expected %d"
                        .formatted(found > expected ? "more than " + expected : Integer.toString(found), expected),
                "Restart the source; if it comes again, report it with the server's version.");
    }
}
