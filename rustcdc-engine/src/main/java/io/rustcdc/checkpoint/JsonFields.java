package io.rustcdc.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of a JSON object; each reading names the field that is missing or of another type. */
final class JsonFields {

    private final Map<?, ?> fields;

    private JsonFields(Map<?, ?> fields) {
        this.fields = fields;
    }

    /**
     * @throws IllegalArgumentException if the value of that field is no object
     */
    static JsonFields of(String field, @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return new JsonFields(map);
        }
        throw wrong(field, "an object");
    }

    /**
     * @throws IllegalArgumentException if the value of that field is no list of objects
     */
    static List<JsonFields> listOf(String field, @Nullable Object value) {
        if (!(value instanceof List<?> list)) {
            throw wrong(field, "a list");
        }
        List<JsonFields> objects = new ArrayList<>();
        list.forEach(entry -> objects.add(of(field, entry)));
        return objects;
    }

    String text(String field) {
        return text(field, fields.get(field));
    }

    @Nullable
    String textOrNull(String field) {
        Object value = fields.get(field);
        return value == null ? null : text(field, value);
    }

    long number(String field) {
        Object value = fields.get(field);
        if (value instanceof Integer || value instanceof Long) {
            return ((Number) value).longValue();
        }
        throw wrong(field, "a whole number");
    }

    boolean bool(String field) {
        if (fields.get(field) instanceof Boolean value) {
            return value;
        }
        throw wrong(field, "true or false");
    }

    /** As {@link #bool}; false where the field is not there, since the record is older than it. */
    boolean boolOrFalse(String field) {
        return fields.get(field) != null && bool(field);
    }

    List<String> texts(String field) {
        List<String> texts = new ArrayList<>();
        list(field).forEach(value -> texts.add(text(field, value)));
        return texts;
    }

    List<JsonFields> objects(String field) {
        return listOf(field, fields.get(field));
    }

    private List<?> list(String field) {
        if (fields.get(field) instanceof List<?> list) {
            return list;
        }
        throw wrong(field, "a list");
    }

    private static String text(String field, @Nullable Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw wrong(field, "a text");
    }

    private static IllegalArgumentException wrong(String field, String expected) {
        return new IllegalArgumentException("field '%s' must be %s".formatted(field, expected));
    }
}
