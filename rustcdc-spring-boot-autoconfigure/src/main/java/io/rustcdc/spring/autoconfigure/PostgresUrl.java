package io.rustcdc.spring.autoconfigure;

import io.rustcdc.source.PemFiles;
import io.rustcdc.source.PemFiles.ClientCertificate;
import io.rustcdc.source.Transport;
import io.rustcdc.spring.CdcConfigurationException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a JDBC URL of PostgreSQL, by the rules of pgjdbc: {@code jdbc:postgresql://host:port/database?key=value}, where
 * host and port may be missing and several hosts may stand with commas. Never prints the URL, which may hold a password.
 */
record PostgresUrl(String hosts, @Nullable String database, UrlParameters parameters) implements JdbcUrl {

    private static final String PREFIX = "jdbc:postgresql:";
    private static final String DEFAULT_HOST = "localhost";

    static final Kind KIND = new Kind("PostgreSQL", List.of(PREFIX), PostgresUrl::parse);

    static PostgresUrl parse(String url) {
        String rest = url.substring(PREFIX.length());
        int question = rest.indexOf('?');
        String query = question < 0 ? "" : rest.substring(question + 1);
        UrlParameters parameters = UrlParameters.parse(query, UrlParameters::decoded);
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

    private static @Nullable String decoded(String text) {
        return text.isEmpty() ? null : UrlParameters.decoded(text);
    }

    /** "prefer" asks for nothing. */
    @Override
    public @Nullable Transport transport(ConfiguredSource source) {
        String mode = parameters.get("sslmode");
        if (mode == null) {
            return parameters.isOn("ssl") ? tls(source) : null;
        }
        return switch (mode.toLowerCase(Locale.ROOT)) {
            case "disable", "allow" -> Transport.plaintext();
            case "require", "verify-full" -> tls(source);
            case "verify-ca" -> tls(source).withoutHostnameCheck();
            default -> null;
        };
    }

    private Transport tls(ConfiguredSource source) {
        String root = parameters.get("sslrootcert");
        String certificate = parameters.get("sslcert");
        String key = parameters.get("sslkey");
        if (Stream.of(root, certificate, key).allMatch(Objects::isNull)) {
            return Transport.tls();
        }
        if (key != null && key.toLowerCase(Locale.ROOT).matches(".*\\.(p12|pfx)")) {
            throw new CdcConfigurationException(
                    "Source '%s' takes its connection from the application's JDBC URL, whose sslkey is a key store"
                            .formatted(source.name()),
                    "Make an SSL bundle of it (spring.ssl.bundle.jks) and name it with %s.transport.ssl-bundle."
                            .formatted(source.key()));
        }
        if ((certificate == null) != (key == null)) {
            throw new CdcConfigurationException(
                    "Source '%s' takes its connection from the application's JDBC URL, which has one of sslcert and sslkey"
                            .formatted(source.name()),
                    "Set both, or set %1$s.transport.client-cert-path and .client-key-path.".formatted(source.key()));
        }
        ClientCertificate client = certificate == null || key == null
                ? null
                : new ClientCertificate(Path.of(certificate), Path.of(key), parameters.get("sslpassword"));
        return Transport.tls(new PemFiles(root == null ? null : Path.of(root), client));
    }

    @Override
    public String toString() {
        return "PostgresUrl[" + hosts + "/" + database + "]";
    }
}
