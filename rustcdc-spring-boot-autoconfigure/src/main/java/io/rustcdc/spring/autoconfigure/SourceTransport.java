package io.rustcdc.spring.autoconfigure;

import io.rustcdc.source.PemFiles;
import io.rustcdc.source.PemFiles.ClientCertificate;
import io.rustcdc.source.TlsContext;
import io.rustcdc.source.Transport;
import io.rustcdc.source.Transport.Mode;
import io.rustcdc.spring.CdcConfigurationException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.SslBundles;

/** Decides how the connection of a source is protected: as set, else as the JDBC URL says, else by the address. */
final class SourceTransport {

    private static final Logger logger = LoggerFactory.getLogger(SourceTransport.class);

    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|::1|0:0:0:0:0:0:0:1");
    private static final Pattern PORT = Pattern.compile("^([^:]*|\\[.*]):\\d+$");

    private final ConfiguredSource source;
    private final SourceProperties.Transport settings;
    private final Supplier<SslBundles> bundles;

    /**
     * @param bundles asked for if a bundle is named
     */
    SourceTransport(ConfiguredSource source, Supplier<SslBundles> bundles) {
        this.source = source;
        this.settings = source.settings().getTransport();
        this.bundles = bundles;
    }

    /**
     * @param hosts in the form of the setting
     * @param url where the hosts come from; null when they were set
     */
    Transport to(String hosts, @Nullable JdbcUrl url) {
        Transport transport = decide(hosts, url);
        if (!isLoopback(hosts)) {
            if (transport.mode() == Mode.PLAINTEXT) {
                warn("plaintext", "data and password of source '%s' pass to '%s' unencrypted", hosts, "mode=tls");
            } else if (!transport.verifyHostname()) {
                warn(
                        "verify-ca",
                        "source '%s' takes any server with a certificate of a trusted authority for '%s'",
                        hosts,
                        "verify-hostname=true");
            }
        }
        return transport;
    }

    private void warn(String mode, String text, String hosts, String remedy) {
        String details = text.formatted(source.name(), hosts);
        logger.atWarn()
                .addKeyValue("event", "insecure_transport")
                .addKeyValue("source_type", source.type())
                .addKeyValue("source", source.name())
                .addKeyValue("mode", mode)
                .addKeyValue("details", details)
                .log("Insecure transport: {}; set {}.transport.{}", details, source.key(), remedy);
    }

    private Transport decide(String hosts, @Nullable JdbcUrl url) {
        TlsContext set = tlsSettings();
        if (settings.getMode() == Mode.PLAINTEXT) {
            if (set != null || !settings.isVerifyHostname()) {
                throw refused("has mode plaintext and settings that only TLS uses", "Remove the mode or the others.");
            }
            return Transport.plaintext();
        }
        if (set != null || settings.getMode() == Mode.TLS || !settings.isVerifyHostname()) {
            Transport tls = Transport.tls(set == null ? TlsContext.ofJavaRuntime() : set);
            return settings.isVerifyHostname() ? tls : tls.withoutHostnameCheck();
        }
        Transport fromUrl = url == null ? null : url.transport(source);
        if (fromUrl != null) {
            return fromUrl;
        }
        return isLoopback(hosts) ? Transport.plaintext() : Transport.tls();
    }

    /** Null when nothing is set about trust and keys. */
    private @Nullable TlsContext tlsSettings() {
        Path ca = settings.getCaCertPath();
        ClientCertificate client = clientCertificate(
                settings.getClientCertPath(), settings.getClientKeyPath(), settings.getClientKeyPassword());
        String bundle = settings.getSslBundle();
        if (bundle == null) {
            return ca == null && client == null ? null : new PemFiles(ca, client);
        }
        if (ca != null || client != null) {
            throw refused("has an ssl-bundle and paths to files", "Put the files into the bundle, or remove it.");
        }
        return SslBundleTls.of(bundles.get(), bundle, source);
    }

    private @Nullable ClientCertificate clientCertificate(
            @Nullable Path certificate, @Nullable Path key, @Nullable String password) {
        if (certificate == null && key == null && password == null) {
            return null;
        }
        if (certificate == null || key == null) {
            throw refused(
                    "has one of client-cert-path and client-key-path, and a client certificate needs both",
                    "Set the other one too.");
        }
        return new ClientCertificate(certificate, key, password);
    }

    private CdcConfigurationException refused(String found, String action) {
        return new CdcConfigurationException("%s.transport %s".formatted(source.key(), found), action);
    }

    private static boolean isLoopback(String hosts) {
        return Arrays.stream(hosts.split(",", -1))
                .map(host -> PORT.matcher(host.strip()).replaceFirst("$1"))
                .map(host -> host.replace("[", "").replace("]", ""))
                .allMatch(
                        host -> LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches());
    }
}
