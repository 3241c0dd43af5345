package io.rustcdc.checkpoint.jdbc;

/**
 * A text in ASCII, so that a database of any encoding keeps it, and keeps it apart from others: characters that are not printable
 * ASCII, and the backslash, are written as {@code \}{@code u0041}.
 */
final class AsciiText {

    private static final char ESCAPE = '\\';
    private static final int LENGTH = 6;
    private static final int HEX = 16;

    private AsciiText() {}

    static String of(String text) {
        StringBuilder ascii = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == ESCAPE) {
                ascii.append("\\u%04x".formatted((int) c));
            } else {
                ascii.append(c);
            }
        }
        return ascii.toString();
    }

    static String read(String ascii) {
        StringBuilder text = new StringBuilder(ascii.length());
        for (int i = 0; i < ascii.length(); i++) {
            char c = ascii.charAt(i);
            if (c == ESCAPE && i + LENGTH <= ascii.length()) {
                text.append((char) Integer.parseInt(ascii.substring(i + 2, i + LENGTH), HEX));
                i += LENGTH - 1;
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }
}
