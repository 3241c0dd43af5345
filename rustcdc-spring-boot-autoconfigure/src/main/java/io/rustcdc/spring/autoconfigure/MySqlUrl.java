package io.rustcdc.spring.autoconfigure;

import io.rustcdc.source.PemFiles;
import io.rustcdc.source.Transport;
import io.rustcdc.source.mysql.Flavor;
import io.rustcdc.spring.CdcConfigurationException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a JDBC URL of either Connector/J, that of MySQL and that of MariaDB: {@code jdbc:mysql://host:port/database?key=value},
 * where host and port may be missing. Each of the two drivers connects to both servers, so the URL does not tell which one it is.
 * Never prints the URL, which may hold a password.
 */
record MySqlUrl(String hosts, @Nullable String database, UrlParameters parameters) implements JdbcUrl {

    private static final String MYSQL = "jdbc:mysql:";
    private static final String MARIADB = "jdbc:mariadb:";
    private static final String DEFAULT_HOST = "localhost";

    static Kind kind(Flavor flavor) {
        return new Kind(flavor.product(), List.of(MYSQL, MARIADB), MySqlUrl::parse);
    }

    /** Between the prefix and the slashes a mode for several hosts may stand, which one host does not need. */
    static MySqlUrl parse(String url) {
        UnaryOperator<String> decoding = url.startsWith(MARIADB) ? UnaryOperator.identity() : UrlParameters::decoded;
        int question = url.indexOf('?');
        UrlParameters parameters = UrlParameters.parse(question < 0 ? "" : url.substring(question + 1), decoding);
        String path = question < 0 ? url : url.substring(0, question);
        int begin = path.indexOf("//") + 2;
        int slash = path.indexOf('/', begin);
        String hosts = slash < 0 ? path.substring(begin) : path.substring(begin, slash);
        String database = slash < 0 ? "" : decoding.apply(path.substring(slash + 1));
        return new MySqlUrl(named(withoutUser(hosts)), database.isEmpty() ? null : database, parameters);
    }

    private static String withoutUser(String hosts) {
        return hosts.substring(hosts.lastIndexOf('@') + 1);
    }

    private static String named(String hosts) {
        return hosts.isEmpty() || hosts.startsWith(":") ? DEFAULT_HOST + hosts : hosts;
    }

    /**
     * The hosts, of which there is one.
     *
     * @throws CdcConfigurationException if the URL names several, or has them in another form
     */
    String host(ConfiguredSource source) {
        if (hosts.indexOf(',') >= 0 || hosts.indexOf('(') >= 0) {
            throw new CdcConfigurationException(
                    "Source '%s' takes its connection from the application's JDBC URL, which does not name one host and port; a binlog is read from one server"
                            .formatted(source.name()),
                    "Set %1$s.host, and .port and .database, to the server whose binlog is to be read."
                            .formatted(source.key()));
        }
        return hosts;
    }

    boolean allowsPublicKeyRetrieval() {
        return parameters.isOn("allowPublicKeyRetrieval");
    }

    /** "preferred" asks for nothing. */
    @Override
    public @Nullable Transport transport(ConfiguredSource source) {
        String mode = parameters.get("sslMode");
        if (mode == null) {
            return olderTransport(source);
        }
        return switch (mode.toLowerCase(Locale.ROOT).replace('_', '-')) {
            case "disable", "disabled", "0", "false" -> Transport.plaintext();
            case "required", "trust", "verify-identity", "verify-full", "1", "true" -> tls(source);
            case "verify-ca" -> tls(source).withoutHostnameCheck();
            default -> null;
        };
    }

    /** By the parameters from before there was a mode. */
    private @Nullable Transport olderTransport(ConfiguredSource source) {
        if (parameters.isOn("requireSSL") || parameters.isOn("useSSL")) {
            Transport tls = tls(source);
            return parameters.isOn("disableSslHostnameVerification") ? tls.withoutHostnameCheck() : tls;
        }
        return parameters.flag("useSSL") == null ? null : Transport.plaintext();
    }

    private Transport tls(ConfiguredSource source) {
        String store = Stream.of(
                        "trustCertificateKeyStoreUrl", "trustStore", "clientCertificateKeyStoreUrl", "keyStore")
                .filter(name -> parameters.get(name) != null)
                .findFirst()
                .orElse(null);
        if (store != null) {
            throw refused(source, store + " is a key store", "jks");
        }
        String certificate = parameters.get("serverSslCert");
        if (certificate == null) {
            return Transport.tls();
        }
        if (certificate.startsWith("classpath:") || certificate.startsWith("-----")) {
            throw refused(source, "serverSslCert is no file", "pem");
        }
        return Transport.tls(PemFiles.trusting(Path.of(certificate)));
    }

    private static CdcConfigurationException refused(ConfiguredSource source, String found, String bundle) {
        return new CdcConfigurationException(
                "Source '%s' takes its connection from the application's JDBC URL, whose %s"
                        .formatted(source.name(), found),
                "Make an SSL bundle of it (spring.ssl.bundle.%s) and name it with %s.transport.ssl-bundle."
                        .formatted(bundle, source.key()));
    }

    @Override
    public String toString() {
        return "MySqlUrl[" + hosts + "/" + database + "]";
    }
}
