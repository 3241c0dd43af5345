package io.rustcdc.source.mysql;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Global variables of a server, by name. One that the server does not know is absent. */
record ServerVariables(Map<String, String> values) {

    private static final Pattern WHOLE = Pattern.compile("(\\d{1,18})(?:\\.\\d*)?");

    ServerVariables {
        values = Map.copyOf(values);
    }

    /** Null when the server does not know it. */
    @Nullable
    String text(String name) {
        return values.get(name);
    }

    boolean isOn(String name) {
        String value = values.getOrDefault(name, "").toUpperCase(Locale.ROOT);
        return value.equals("ON") || value.equals("1") || value.equals("YES");
    }

    /** Whether it is known and has this value, in upper or lower case. */
    boolean is(String name, String expected) {
        return expected.equalsIgnoreCase(values.get(name));
    }

    /** The number without its fraction; 0 when there is none. */
    long number(String name) {
        Matcher matcher = WHOLE.matcher(values.getOrDefault(name, ""));
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
    }
}
