package io.rustcdc.checkpoint;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The {@code content_checksum} of the files: SHA-256, as lower case hex, of the compact JSON of the fields above it in
 * the order of the file, the keys of the objects inside them sorted. Spaces and line ends of the file do not count.
 */
final class ContentChecksum {

    static final String FIELD = "content_checksum";

    private ContentChecksum() {}

    static String of(JsonMapper json, Map<String, ?> fields) {
        Map<String, @Nullable Object> canonical = new LinkedHashMap<>();
        fields.forEach((name, value) -> canonical.put(name, sorted(value)));
        byte[] compact = json.writeValueAsString(canonical).getBytes(StandardCharsets.UTF_8);
        return of(compact);
    }

    /** That of plain bytes. */
    static String of(byte[] content) {
        return HexFormat.of().formatHex(sha256().digest(content));
    }

    private static @Nullable Object sorted(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> copy = new TreeMap<>();
            map.forEach((key, element) -> copy.put(String.valueOf(key), sorted(element)));
            return copy;
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>(list.size());
            list.forEach(element -> copy.add(sorted(element)));
            return copy;
        }
        return value;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime must have SHA-256", e);
        }
    }
}
