package io.rustcdc.spring.autoconfigure;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a JDBC URL of PostgreSQL, by the rules of pgjdbc: {@code jdbc:postgresql://host:port/database?key=value}, where
 * host and port may be missing. Never prints the URL, which may hold a password.
 *
 * @param database null when the URL names none
 */
record PostgresUrl(String host, int port, @Nullable String database, Map<String, String> parameters) {

    static final String PREFIX = "jdbc:postgresql:";

    private static final int DEFAULT_PORT = 5432;
    private static final Pattern ADDRESS = Pattern.compile("(\\[[^\\]]+\\]|[^:/?,]*)(?::(\\d+))?");

    /** The parts, or null when the URL cannot be one server's: several hosts, or a socket factory's. */
    static @Nullable PostgresUrl parse(String url) {
        String rest = url.substring(PREFIX.length());
        int question = rest.indexOf('?');
        Map<String, String> parameters = question < 0 ? Map.of() : parameters(rest.substring(question + 1));
        String path = question < 0 ? rest : rest.substring(0, question);
        if (!path.startsWith("//")) {
            return new PostgresUrl("localhost", DEFAULT_PORT, decoded(path.replaceFirst("^/", "")), parameters);
        }
        int slash = path.indexOf('/', 2);
        Matcher address = ADDRESS.matcher(slash < 0 ? path.substring(2) : path.substring(2, slash));
        if (!address.matches()) {
            return null;
        }
        String host = address.group(1).replace("[", "").replace("]", "");
        return new PostgresUrl(
                host.isEmpty() ? "localhost" : host,
                address.group(2) == null ? DEFAULT_PORT : Integer.parseInt(address.group(2)),
                slash < 0 ? null : decoded(path.substring(slash + 1)),
                parameters);
    }

    @Nullable
    String parameter(String name) {
        return parameters.get(name.toLowerCase(Locale.ROOT));
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new HashMap<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
            parameters.put(name.toLowerCase(Locale.ROOT), value);
        }
        return parameters;
    }

    private static @Nullable String decoded(String text) {
        return text.isEmpty() ? null : URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "PostgresUrl[" + host + ":" + port + "/" + database + "]";
    }
}
