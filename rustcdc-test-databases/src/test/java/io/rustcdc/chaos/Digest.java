package io.rustcdc.chaos;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Texts as the audits write them: {@code chaos_text} and {@code chaos_row} in {@link PostgresChaos}. */
final class Digest {

    private static final int LONGEST = 60;

    private Digest() {}

    static @Nullable String shortened(@Nullable String value) {
        if (value == null || value.length() <= LONGEST) {
            return value;
        }
        try {
            byte[] digest = MessageDigest.getInstance("MD5").digest(value.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest) + ":" + value.length();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A whole row, its columns in the order of their names. */
    static String row(Map<String, @Nullable String> values) {
        return new TreeMap<>(values)
                .entrySet().stream()
                        .map(entry ->
                                entry.getKey() + "=" + (entry.getValue() == null ? Applied.NULL : entry.getValue()))
                        .collect(Collectors.joining(","));
    }
}
