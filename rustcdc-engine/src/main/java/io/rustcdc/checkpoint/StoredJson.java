package io.rustcdc.checkpoint;

import io.rustcdc.event.FailureKind;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads and writes one kind of JSON text, wherever it is kept: a version, the source's type, the content, a checksum over all of it. Strict:
 * what is not exactly such a text is refused, so that a damaged byte is never read as another content. A field that is
 * not known is refused too, else damage to the checksum's name would turn the text into one without a checksum.
 */
final class StoredJson {

    private static final TypeReference<LinkedHashMap<String, @Nullable Object>> FIELDS = new TypeReference<>() {};

    private static final JsonMapper json = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    private static final JsonMapper pretty =
            json.rebuild().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final Place place;
    private final List<String> fields;
    private final List<String> optional;

    /**
     * Where the text is kept, for messages.
     *
     * @param name such as "Checkpoint file '/var/a.json'"
     * @param remedy what to do when it cannot be read
     */
    record Place(String name, String remedy) {}

    /**
     * @param fields the names in the text's order: version, source type, content
     * @param optional the names of those that need not be there, behind the others
     */
    StoredJson(Place place, List<String> fields, List<String> optional) {
        this.place = place;
        this.fields = fields;
        this.optional = optional;
    }

    /** The text for values in the order of its fields; optional ones at the end may be missing. */
    byte[] encode(List<?> values) {
        Map<String, @Nullable Object> content = named(values);
        content.put(ContentChecksum.FIELD, ContentChecksum.of(json, content));
        return bytes(content);
    }

    /** As {@link #encode}, without the checksum: as a person writes it. */
    byte[] encodeSeed(List<?> values) {
        return bytes(named(values));
    }

    private Map<String, @Nullable Object> named(List<?> values) {
        Map<String, @Nullable Object> content = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
            content.put(i < fields.size() ? fields.get(i) : optional.get(i - fields.size()), values.get(i));
        }
        return content;
    }

    private static byte[] bytes(Map<String, @Nullable Object> content) {
        return (pretty.writeValueAsString(content) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /**
     * The fields of the text, those of the list and perhaps the checksum, which fits then.
     *
     * @param version the one that is understood
     * @throws CheckpointException TERMINAL if it is not exactly such a text
     */
    Map<String, @Nullable Object> decode(byte[] bytes, int version, String sourceType) {
        Map<String, @Nullable Object> found = parse(bytes);
        Object foundVersion = found.get(fields.get(0));
        if (!Integer.valueOf(version).equals(foundVersion)) {
            throw damaged("field '%s' must be %d, found %s".formatted(fields.get(0), version, shown(foundVersion)));
        }
        Object foundType = found.get(fields.get(1));
        if (!sourceType.equals(foundType)) {
            throw damaged("field '%s' must be \"%s\", found %s".formatted(fields.get(1), sourceType, shown(foundType)));
        }
        for (String name : found.keySet()) {
            if (!fields.contains(name) && !optional.contains(name) && !name.equals(ContentChecksum.FIELD)) {
                throw damaged("field %s is not known; expected are %s and %s"
                        .formatted(shown(name), fields, ContentChecksum.FIELD));
            }
        }
        Map<String, @Nullable Object> content = new LinkedHashMap<>();
        for (String name : fields) {
            if (found.get(name) == null) {
                throw damaged("field '%s' is missing".formatted(name));
            }
            content.put(name, found.get(name));
        }
        for (String name : optional) {
            if (found.get(name) != null) {
                content.put(name, found.get(name));
            }
        }
        if (found.containsKey(ContentChecksum.FIELD)) {
            String expected = ContentChecksum.of(json, content);
            if (!expected.equals(found.get(ContentChecksum.FIELD))) {
                throw damaged("its content has the checksum %s, but field '%s' says %s"
                        .formatted(expected, ContentChecksum.FIELD, shown(found.get(ContentChecksum.FIELD))));
            }
        }
        return found;
    }

    private Map<String, @Nullable Object> parse(byte[] bytes) {
        try {
            // Decoded here: the parser would guess another encoding from the first bytes.
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            Map<String, @Nullable Object> found = json.readValue(text, FIELDS);
            if (found == null) {
                throw damaged("expected a JSON object, found null");
            }
            return found;
        } catch (CharacterCodingException e) {
            throw damaged("it is not UTF-8 text", e);
        } catch (JacksonException e) {
            throw damaged("it is not the expected JSON: " + e.getOriginalMessage(), e);
        }
    }

    CheckpointException damaged(String what) {
        return damaged(what, null);
    }

    CheckpointException damaged(String what, @Nullable Throwable cause) {
        return new CheckpointException(
                FailureKind.TERMINAL, "%s is refused: %s".formatted(place.name, what), place.remedy, cause);
    }

    /** A found value for a message, short: the file may be anything. */
    private static String shown(@Nullable Object value) {
        String text = value instanceof String string ? '"' + string + '"' : String.valueOf(value);
        return value == null ? "nothing" : text.length() <= 80 ? text : text.substring(0, 80) + "...";
    }
}
