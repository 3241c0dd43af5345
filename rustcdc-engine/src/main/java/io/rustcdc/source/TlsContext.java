package io.rustcdc.source;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.X509TrustManager;

/** Whom a TLS connection trusts, and what it proves about itself. Thread-safe. */
@FunctionalInterface
public interface TlsContext {

    /**
     * Asked at each connection, so that renewed certificates and keys count from the next one on.
     *
     * @throws SourceException of kind AUTHENTICATION when they cannot be used as they are now; its text holds no secret
     */
    SSLContext get();

    /** The protocols and ciphers to offer, given what {@link #get()} answered. */
    default SSLParameters parameters(SSLContext context) {
        return context.getDefaultSSLParameters();
    }

    /**
     * Who decides about the server's certificate, for a driver that makes its own context. Asked at each connection.
     *
     * @throws SourceException of kind AUTHENTICATION when it cannot be told now, CONFIGURATION when it never can
     */
    default X509TrustManager trustManager() {
        throw SourceException.configuration(
                "%s does not tell whom it trusts, which this driver has to know".formatted(this),
                "Name the authorities in a file or an SSL bundle, or implement TlsContext.trustManager()");
    }

    /** The authorities of the Java runtime, and no certificate unless its system properties name one. */
    static TlsContext ofJavaRuntime() {
        return JavaRuntimeTls.INSTANCE;
    }
}
