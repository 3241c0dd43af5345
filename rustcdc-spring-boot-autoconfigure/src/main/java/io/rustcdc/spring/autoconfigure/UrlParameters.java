package io.rustcdc.spring.autoconfigure;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What stands behind the question mark of a JDBC URL. Names have no case. Never printed: a password may be among them. */
final class UrlParameters {

    private final Map<String, String> values = new HashMap<>();

    private UrlParameters() {}

    /** @param query {@code name=value&name&...}, where a name without a value has an empty one */
    static UrlParameters parse(String query, UnaryOperator<String> decoding) {
        UrlParameters parameters = new UrlParameters();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : decoding.apply(pair.substring(equals + 1));
            parameters.values.put(name.toLowerCase(Locale.ROOT), value);
        }
        return parameters;
    }

    static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    @Nullable
    String get(String name) {
        return values.get(name.toLowerCase(Locale.ROOT));
    }

    /** True without a value, too; null when it is not there. */
    @Nullable
    Boolean flag(String name) {
        String value = get(name);
        return value == null ? null : !value.equalsIgnoreCase("false");
    }

    boolean isOn(String name) {
        return Boolean.TRUE.equals(flag(name));
    }
}
