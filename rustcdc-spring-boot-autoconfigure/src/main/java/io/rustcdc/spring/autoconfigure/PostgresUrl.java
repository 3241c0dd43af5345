package io.rustcdc.spring.autoconfigure;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a JDBC URL of PostgreSQL, by the rules of pgjdbc: {@code jdbc:postgresql://host:port/database?key=value}, where
 * host and port may be missing and several hosts may stand with commas. Never prints the URL, which may hold a password.
 *
 * @param hosts in the form of our own setting: with commas, each with its port if it is not the default one
 * @param database null when the URL names none
 */
record PostgresUrl(String hosts, @Nullable String database, Map<String, String> parameters) {

    static final String PREFIX = "jdbc:postgresql:";

    private static final String DEFAULT_HOST = "localhost";

    static PostgresUrl parse(String url) {
        String rest = url.substring(PREFIX.length());
        int question = rest.indexOf('?');
        Map<String, String> parameters = question < 0 ? Map.of() : parameters(rest.substring(question + 1));
        String path = question < 0 ? rest : rest.substring(0, question);
        if (!path.startsWith("//")) {
            return new PostgresUrl(DEFAULT_HOST, decoded(path.replaceFirst("^/", "")), parameters);
        }
        int slash = path.indexOf('/', 2);
        String hosts = slash < 0 ? path.substring(2) : path.substring(2, slash);
        return new PostgresUrl(
                Arrays.stream(hosts.split(",", -1)).map(PostgresUrl::named).collect(Collectors.joining(",")),
                slash < 0 ? null : decoded(path.substring(slash + 1)),
                parameters);
    }

    private static String named(String host) {
        return host.isEmpty() || host.startsWith(":") ? DEFAULT_HOST + host : host;
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
        return "PostgresUrl[" + hosts + "/" + database + "]";
    }
}
