package io.rustcdc.codec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Fields of a stored change; each reading names the field that is missing or of another type, and never shows its value. */
record StoredFields(Map<String, @Nullable Object> all) {

    Object value(String field) {
        Object value = all.get(field);
        if (value == null) {
            throw new IllegalArgumentException("field '%s' is missing".formatted(field));
        }
        return value;
    }

    @Nullable
    Object valueOrNull(String field) {
        return all.get(field);
    }

    String text(String field) {
        if (value(field) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("field '%s' must be a text".formatted(field));
    }

    @Nullable
    String textOrNull(String field) {
        return valueOrNull(field) == null ? null : text(field);
    }

    long number(String field) {
        Object value = value(field);
        if (value instanceof Integer || value instanceof Long) {
            return ((Number) value).longValue();
        }
        throw new IllegalArgumentException("field '%s' must be a whole number".formatted(field));
    }

    boolean bool(String field) {
        if (value(field) instanceof Boolean value) {
            return value;
        }
        throw new IllegalArgumentException("field '%s' must be true or false".formatted(field));
    }

    /** A list whose elements have these names. */
    StoredFields list(String field, String... names) {
        if (!(value(field) instanceof List<?> list) || list.size() != names.length) {
            throw new IllegalArgumentException("field '%s' must be a list of %d".formatted(field, names.length));
        }
        Map<String, @Nullable Object> named = new LinkedHashMap<>();
        for (int i = 0; i < names.length; i++) {
            named.put(names[i], list.get(i));
        }
        return new StoredFields(named);
    }
}
