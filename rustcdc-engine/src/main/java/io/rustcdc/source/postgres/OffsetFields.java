package io.rustcdc.source.postgres;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the fields of an offset by type; each error names the field, what was expected and what was found. */
final class OffsetFields {

    private static final String LSN = "a whole number or a text such as \"0/16B3748\"";

    private final Map<String, ?> fields;

    OffsetFields(Map<String, ?> fields) {
        this.fields = fields;
    }

    boolean has(String name) {
        return fields.get(name) != null;
    }

    long lsn(String name) {
        Object value = fields.get(name);
        if (whole(value) >= 0) {
            return whole(value);
        }
        if (value instanceof String text) {
            try {
                return Lsn.parse(text.strip()).value();
            } catch (IllegalArgumentException e) {
                throw wrong(name, LSN, value);
            }
        }
        throw wrong(name, LSN, value);
    }

    String text(String name) {
        Object value = fields.get(name);
        if (value instanceof String text && !text.isBlank()) {
            return text;
        }
        if (whole(value) >= 0) {
            return String.valueOf(value);
        }
        throw wrong(name, "a text that is not blank", value);
    }

    long positiveLong(String name) {
        Object value = fields.get(name);
        if (whole(value) > 0) {
            return whole(value);
        }
        throw wrong(name, "a whole number above 0", value);
    }

    int positiveInt(String name) {
        long value = positiveLong(name);
        if (value > Integer.MAX_VALUE) {
            throw wrong(name, "a whole number from 1 to " + Integer.MAX_VALUE, value);
        }
        return (int) value;
    }

    /** The value of a whole number, which no field allows to be negative; -1 for anything else. */
    private static long whole(@Nullable Object value) {
        if (value instanceof Long number) {
            return number;
        }
        return value instanceof Integer number ? number : -1;
    }

    private static IllegalArgumentException wrong(String name, String expected, @Nullable Object found) {
        String shown = found instanceof String text ? "\"" + text + "\"" : String.valueOf(found);
        return new IllegalArgumentException("Offset field '%s' must be %s, found %s".formatted(name, expected, shown));
    }
}
