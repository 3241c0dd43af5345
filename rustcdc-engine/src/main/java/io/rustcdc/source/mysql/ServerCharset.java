package io.rustcdc.source.mysql;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A charset of the servers: their bytes as characters, just as they convert to utf8mb4 themselves. Those of one byte come as
 * a table from the server, since Java lacks many of them and sees some characters in others.
 *
 * @param name as the server calls it
 * @param maxLength how many bytes a character has at most
 * @param table for one byte, the character of each; null where {@code charset} does it
 */
record ServerCharset(
        String name,
        int maxLength,
        Charset charset,
        @Nullable String table) {

    static final String BINARY = "binary";

    private static final Map<String, Java> MULTI_BYTE = Map.ofEntries(
            Map.entry("big5", new Java(2, "Big5")),
            Map.entry("cp932", new Java(2, "windows-31j")),
            Map.entry("eucjpms", new Java(3, "x-eucJP-Open")),
            Map.entry("euckr", new Java(2, "x-windows-949")),
            Map.entry("gb18030", new Java(4, "GB18030")),
            Map.entry("gb2312", new Java(2, "GB2312")),
            Map.entry("gbk", new Java(2, "GBK")),
            Map.entry("sjis", new Java(2, "Shift_JIS")),
            Map.entry("ujis", new Java(3, "EUC-JP")),
            Map.entry("ucs2", new Java(2, "UTF-16BE")),
            Map.entry("utf16", new Java(4, "UTF-16BE")),
            Map.entry("utf16le", new Java(4, "UTF-16LE")),
            Map.entry("utf32", new Java(4, "UTF-32BE")),
            Map.entry("utf8", new Java(3, "UTF-8")),
            Map.entry("utf8mb3", new Java(3, "UTF-8")),
            Map.entry("utf8mb4", new Java(4, "UTF-8")));

    /** How Java calls it. */
    private record Java(int maxLength, String name) {}

    /**
     * @return null if it is none that can be read here: unknown, or this Java runtime lacks it (module jdk.charsets)
     */
    static @Nullable ServerCharset named(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        String table = SingleByteCharsets.table(lower);
        if (table != null) {
            return new ServerCharset(lower, 1, StandardCharsets.ISO_8859_1, table);
        }
        if (lower.equals(BINARY)) {
            return new ServerCharset(lower, 1, StandardCharsets.ISO_8859_1, null);
        }
        Java java = MULTI_BYTE.get(lower);
        return java == null || !Charset.isSupported(java.name)
                ? null
                : new ServerCharset(lower, java.maxLength, Charset.forName(java.name), null);
    }

    boolean isBinary() {
        return name.equals(BINARY);
    }

    String decode(byte[] bytes, int start, int end) {
        if (table == null) {
            return new String(bytes, start, end - start, charset);
        }
        char[] characters = new char[end - start];
        for (int i = start; i < end; i++) {
            characters[i - start] = table.charAt(bytes[i] & 0xFF);
        }
        return new String(characters);
    }

    byte[] encode(String text) {
        if (table == null) {
            return text.getBytes(charset);
        }
        Map<Character, Byte> codes = new HashMap<>();
        for (int i = table.length() - 1; i >= 0; i--) {
            codes.put(table.charAt(i), (byte) i);
        }
        byte[] bytes = new byte[text.length()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = codes.getOrDefault(text.charAt(i), (byte) '?');
        }
        return bytes;
    }

    @Override
    public String toString() {
        return name;
    }
}
