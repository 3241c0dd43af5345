package io.rustcdc.spring.autoconfigure;

import io.rustcdc.source.Transport;
import io.rustcdc.spring.CdcConfigurationException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a JDBC URL of Microsoft's driver: {@code jdbc:sqlserver://host\instance:port;name=value;...}, where each may be missing.
 * Never prints the URL, which may hold a password.
 *
 * @param properties by their names in lower case
 */
record SqlServerUrl(Map<String, String> properties) implements JdbcUrl {

    static final Kind KIND = new Kind("SQL Server", List.of(SqlServerUrl.PREFIX), SqlServerUrl::parse);

    private static final String PREFIX = "jdbc:sqlserver:";
    private static final String DEFAULT_HOST = "localhost";

    static SqlServerUrl parse(String url) {
        Map<String, String> properties = new HashMap<>();
        String rest = url.substring(PREFIX.length());
        List<String> parts = split(rest.startsWith("//") ? rest.substring(2) : rest);
        address(parts.get(0), properties);
        for (String part : parts.subList(1, parts.size())) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                properties.put(part.substring(0, equals).strip().toLowerCase(Locale.ROOT), value(part, equals));
            }
        }
        return new SqlServerUrl(Map.copyOf(properties));
    }

    /** A value may be in braces, and then hold semicolons. */
    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        int begin = 0;
        boolean braces = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            braces = c == '{' || (braces && c != '}');
            if (c == ';' && !braces) {
                parts.add(text.substring(begin, i));
                begin = i + 1;
            }
        }
        parts.add(text.substring(begin));
        return parts;
    }

    private static String value(String part, int equals) {
        String value = part.substring(equals + 1).strip();
        return value.startsWith("{") && value.endsWith("}") ? value.substring(1, value.length() - 1) : value;
    }

    private static void address(String address, Map<String, String> properties) {
        int colon = address.lastIndexOf(':');
        boolean port = (colon > address.lastIndexOf(']') && address.indexOf(':') == colon) || address.contains("]:");
        String server = port ? address.substring(0, colon) : address;
        if (port) {
            properties.put("portnumber", address.substring(colon + 1));
        }
        int slash = server.indexOf('\\');
        if (slash >= 0) {
            properties.put("instancename", server.substring(slash + 1));
        }
        String host = slash >= 0 ? server.substring(0, slash) : server;
        if (!host.isEmpty()) {
            properties.put("servername", host);
        }
    }

    private @Nullable String first(String... names) {
        for (String name : names) {
            String value = properties.get(name);
            if (value != null && !value.isEmpty()) {
                return value;
            }
        }
        return null;
    }

    @Override
    public String hosts() {
        String host = first("servername", "server");
        String port = first("portnumber", "port");
        String name = host == null ? DEFAULT_HOST : host;
        return port == null ? name : name + ":" + port;
    }

    @Override
    public @Nullable String database() {
        return first("databasename", "database");
    }

    /** The named instance; null for the one at the port. */
    @Nullable
    String instanceName() {
        return first("portnumber", "port") == null ? first("instancename", "instance") : null;
    }

    boolean trustsServerCertificate() {
        return Boolean.parseBoolean(first("trustservercertificate"));
    }

    @Override
    public @Nullable Transport transport(ConfiguredSource source) {
        String encrypt = first("encrypt");
        if (encrypt == null) {
            return null;
        }
        return switch (encrypt.toLowerCase(Locale.ROOT)) {
            case "false", "no", "optional" -> Transport.plaintext();
            default -> tls(source);
        };
    }

    private Transport tls(ConfiguredSource source) {
        if (first("truststore") != null) {
            throw new CdcConfigurationException(
                    "Source '%s' takes its connection from the application's JDBC URL, whose trustStore is a key store"
                            .formatted(source.name()),
                    "Make an SSL bundle of it (spring.ssl.bundle.jks) and name that with %s.transport.ssl-bundle."
                            .formatted(source.key()));
        }
        return Transport.tls();
    }

    @Override
    public String toString() {
        return "SqlServerUrl";
    }
}
