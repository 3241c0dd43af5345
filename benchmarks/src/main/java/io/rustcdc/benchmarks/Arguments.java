package io.rustcdc.benchmarks;

import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The options of a command line, each a name and a value. */
final class Arguments {

    private final Map<String, String> values;

    private Arguments(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Reads a command line.
     *
     * @throws IllegalArgumentException with a text for the user, when the last name has no value
     */
    static Arguments of(String... arguments) {
        Map<String, String> values = new LinkedHashMap<>();
        Iterator<String> left = Arrays.asList(arguments).iterator();
        while (left.hasNext()) {
            String name = left.next();
            if (!left.hasNext()) {
                throw new IllegalArgumentException("'%s' needs a value".formatted(name));
            }
            values.put(name, left.next());
        }
        return new Arguments(values);
    }

    /** Takes an option away; null when it is not there. */
    @Nullable
    String text(String name) {
        return values.remove(name);
    }

    String text(String name, String otherwise) {
        String value = text(name);
        return value == null ? otherwise : value;
    }

    int number(String name, int otherwise, int least) {
        String value = text(name);
        if (value == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Refused below, as a number out of range is.
        }
        throw new IllegalArgumentException(
                "'%s' must be a whole number from %d on, found '%s'".formatted(name, least, value));
    }

    /**
     * To be called when every option has been asked for.
     *
     * @throws IllegalArgumentException with a text for the user, when one is left
     */
    void requireNoOther() {
        values.keySet().stream().findFirst().ifPresent(name -> {
            throw new IllegalArgumentException("'%s' is not an option".formatted(name));
        });
    }
}
