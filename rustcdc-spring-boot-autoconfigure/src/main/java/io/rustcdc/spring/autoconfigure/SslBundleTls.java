package io.rustcdc.spring.autoconfigure;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.TlsContext;
import io.rustcdc.spring.CdcConfigurationException;
import java.util.Arrays;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.X509TrustManager;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslOptions;

/** The trust and key material of an SSL bundle as it is at each connection, so that a reloaded one counts from the next on. */
record SslBundleTls(SslBundles bundles, String name) implements TlsContext {

    /** The least key is longer than this; file names seldom have so much without a dot, a dash or a blank. */
    private static final Pattern KEY_MATERIAL = Pattern.compile("[A-Za-z0-9+/=]{50,}");

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
            // Without the cause: a key that stands in the settings, and is taken for a path, would be in its texts.
            String reason = KEY_MATERIAL.matcher(String.valueOf(e.getMessage())).replaceAll("***redacted***");
            throw new SourceException(
                    FailureKind.AUTHENTICATION,
                    "The SSL bundle '%s' cannot be used: %s".formatted(name, reason),
                    "Check what spring.ssl.bundle says about it",
                    null);
        }
    }

    @Override
    public X509TrustManager trustManager() {
        get(); // says what is wrong with the bundle
        return Arrays.stream(bundles.getBundle(name).getManagers().getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseGet(() -> TlsContext.ofJavaRuntime().trustManager());
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
