package io.rustcdc.source;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

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

    /** The authorities of the Java runtime, and no certificate unless its system properties name one. */
    static TlsContext ofJavaRuntime() {
        return JavaRuntimeTls.INSTANCE;
    }
}
