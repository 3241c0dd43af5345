package io.rustcdc.source.mysql;

import java.util.Map;

/** Reads the fields of an offset by type; each error names the field, what was expected and what was found. */
final class OffsetFields {

    private final Map<String, ?> fields;

    OffsetFields(Map<String, ?> fields) {
        this.fields = fields;
    }

    /** Whether the field says something; a blank text does not. */
    boolean has(String name) {
        Object value = fields.get(name);
        return value != null && !(value instanceof String text && text.isBlank());
    }

    String text(String name) {
        if (fields.get(name) instanceof String text && !text.isBlank()) {
            return text.strip();
        }
        throw wrong(name, "a text that is not blank");
    }

    /** A whole number or its digits. */
    long number(String name, long least, long most) {
        Object value = fields.get(name);
        long number = -1;
        if (value instanceof Long || value instanceof Integer) {
            number = ((Number) value).longValue();
        } else if (value instanceof String text) {
            try {
                number = Long.parseLong(text.strip());
            } catch (NumberFormatException e) {
                // said below
            }
        }
        if (number < least || number > most) {
            throw wrong(
                    name,
                    "a whole number "
                            + (most == Long.MAX_VALUE ? "of at least " + least : "from " + least + " to " + most));
        }
        return number;
    }

    IllegalArgumentException wrong(String name, String expected) {
        Object found = fields.get(name);
        String shown = found instanceof String text ? "\"" + text + "\"" : String.valueOf(found);
        return new IllegalArgumentException("Offset field '%s' must be %s, found %s".formatted(name, expected, shown));
    }
}
