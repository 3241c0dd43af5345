package io.rustcdc.spring.autoconfigure;

import io.rustcdc.source.Transport;
import io.rustcdc.source.Transport.Mode;
import io.rustcdc.spring.CdcConfigurationException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides how a connection to PostgreSQL is protected: as set, else as the JDBC URL says, else by the address. */
final class PostgresTransport {

    private static final Logger logger = LoggerFactory.getLogger(PostgresTransport.class);

    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|::1|0:0:0:0:0:0:0:1");

    private PostgresTransport() {}

    /** @param url where the host comes from; null when it was set */
    static Transport of(ConfiguredSource source, String host, @Nullable PostgresUrl url) {
        Transport transport = decide(source, host, url);
        if (transport.mode() == Mode.PLAINTEXT && !isLoopback(host)) {
            String details = "data and password of source '%s' pass to '%s' unencrypted".formatted(source.name(), host);
            logger.atWarn()
                    .addKeyValue("event", "insecure_transport")
                    .addKeyValue("source_type", source.type())
                    .addKeyValue("source", source.name())
                    .addKeyValue("mode", "plaintext")
                    .addKeyValue("details", details)
                    .log("Insecure transport: {}; set {}.transport.mode=tls", details, source.key());
        }
        return transport;
    }

    private static Transport decide(ConfiguredSource source, String host, @Nullable PostgresUrl url) {
        SourceProperties.Transport settings = source.settings().getTransport();
        Mode mode = settings.getMode();
        Path caCertPath = settings.getCaCertPath();
        if (mode == Mode.PLAINTEXT && caCertPath != null) {
            throw new CdcConfigurationException(
                    "%s.transport has mode plaintext and a ca-cert-path, which only TLS uses".formatted(source.key()),
                    "Remove one of them.");
        }
        if (mode != null || caCertPath != null) {
            return new Transport(mode == null ? Mode.TLS : mode, caCertPath);
        }
        Transport fromUrl = url == null ? null : fromUrl(url);
        if (fromUrl != null) {
            return fromUrl;
        }
        return isLoopback(host) ? Transport.plaintext() : Transport.tls();
    }

    /** What the URL asks for; "prefer" asks for nothing. Anything with TLS is verified here. */
    private static @Nullable Transport fromUrl(PostgresUrl url) {
        String ssl = url.parameter("ssl");
        String mode = url.parameter("sslmode");
        if (mode == null) {
            boolean asked = ssl != null && !ssl.equalsIgnoreCase("false");
            return asked ? tls(url) : null;
        }
        return switch (mode.toLowerCase(Locale.ROOT)) {
            case "disable", "allow" -> Transport.plaintext();
            case "require", "verify-ca", "verify-full" -> tls(url);
            default -> null;
        };
    }

    private static Transport tls(PostgresUrl url) {
        String rootCertificate = url.parameter("sslrootcert");
        return new Transport(Mode.TLS, rootCertificate == null ? null : Path.of(rootCertificate));
    }

    private static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
    }
}
