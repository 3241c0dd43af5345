package io.rustcdc.source.mysql;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A charset of the servers: their bytes as characters, just as they convert to utf8mb4 themselves. There is one instance of each.
 *
 * @param name as the server calls it
 * @param maxLength how many bytes a character has at most
 */
record ServerCharset(String name, int maxLength, Characters characters) {

    static final String BINARY = "binary";

    private static final Map<String, ServerCharset> known = new ConcurrentHashMap<>();

    /** Bytes as characters. Immutable, for all threads. */
    interface Characters {

        String decode(byte[] bytes, int start, int end);

        byte[] encode(String text);
    }

    /** @return null if it is none that can be read here: unknown, or this Java runtime lacks it (module jdk.charsets) */
    static @Nullable ServerCharset named(String name) {
        ServerCharset charset = known.get(name);
        if (charset == null) {
            charset = create(name.toLowerCase(Locale.ROOT));
            if (charset != null) {
                known.put(name, charset);
            }
        }
        return charset;
    }

    private static @Nullable ServerCharset create(String name) {
        String table = SingleByteCharsets.table(name);
        if (table != null) {
            return new ServerCharset(name, 1, new SingleByteCharacters(table));
        }
        return switch (name) {
            case BINARY -> new ServerCharset(name, 1, new JavaCharacters(StandardCharsets.ISO_8859_1));
            case "utf8mb4" -> new ServerCharset(name, 4, new JavaCharacters(StandardCharsets.UTF_8));
            case "utf8", "utf8mb3" -> new ServerCharset("utf8mb3", 3, new JavaCharacters(StandardCharsets.UTF_8));
            case "ucs2" -> new ServerCharset(name, 2, new JavaCharacters(StandardCharsets.UTF_16BE));
            case "utf16" -> new ServerCharset(name, 4, new JavaCharacters(StandardCharsets.UTF_16BE));
            case "utf16le" -> new ServerCharset(name, 4, new JavaCharacters(StandardCharsets.UTF_16LE));
            case "utf32" -> new ServerCharset(name, 4, new JavaCharacters(Charset.forName("UTF-32BE")));
            default -> multiByte(name);
        };
    }

    private static @Nullable ServerCharset multiByte(String name) {
        MultiByteCharset charset = MultiByteCharset.named(name);
        return charset == null ? null : new ServerCharset(name, charset.maxLength(), charset);
    }

    boolean isBinary() {
        return name.equals(BINARY);
    }

    String decode(byte[] bytes, int start, int end) {
        return characters.decode(bytes, start, end);
    }

    byte[] encode(String text) {
        return characters.encode(text);
    }

    @Override
    public String toString() {
        return name;
    }
}
