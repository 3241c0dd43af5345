package io.rustcdc.spring.autoconfigure;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.TlsContext;
import io.rustcdc.spring.CdcConfigurationException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslOptions;

/** The trust and key material of an SSL bundle as it is at each connection, so that a reloaded one counts from the next on. */
record SslBundleTls(SslBundles bundles, String name) implements TlsContext {

    /**
     * @throws CdcConfigurationException if there is no such bundle
     */
    static SslBundleTls of(SslBundles bundles, String name, ConfiguredSource source) {
        if (!bundles.getBundleNames().contains(name)) {
            String known =
                    String.join(", ", bundles.getBundleNames().stream().sorted().toList());
            throw new CdcConfigurationException(
                    "%s.transport.ssl-bundle is '%s', but there is no such SSL bundle; configured: %s"
                            .formatted(source.key(), name, known.isEmpty() ? "none" : known),
                    """
                    Correct the name, or configure the bundle:

                    spring:
                      ssl:
                        bundle:
                          pem:
                            %s:
                              truststore:
                                certificate: "file:/path/to/ca.pem"
                    """.formatted(name));
        }
        return new SslBundleTls(bundles, name);
    }

    @Override
    public SSLContext get() {
        try {
            return bundles.getBundle(name).createSslContext();
        } catch (RuntimeException e) {
            throw new SourceException(
                    FailureKind.AUTHENTICATION,
                    "The SSL bundle '%s' cannot be used: %s".formatted(name, e.getMessage()),
                    "Check what spring.ssl.bundle says about it",
                    e);
        }
    }

    @Override
    public SSLParameters parameters(SSLContext context) {
        SSLParameters parameters = context.getDefaultSSLParameters();
        SslOptions options = bundles.getBundle(name).getOptions();
        if (options.getCiphers() != null) {
            parameters.setCipherSuites(options.getCiphers());
        }
        if (options.getEnabledProtocols() != null) {
            parameters.setProtocols(options.getEnabledProtocols());
        }
        return parameters;
    }

    @Override
    public String toString() {
        return "SSL bundle '" + name + "'";
    }
}
