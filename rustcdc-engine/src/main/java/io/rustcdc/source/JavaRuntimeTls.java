package io.rustcdc.source;

import io.rustcdc.event.FailureKind;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;

/** What {@code javax.net.ssl} system properties say, else the runtime's {@code cacerts}. */
enum JavaRuntimeTls implements TlsContext {
    INSTANCE;

    @Override
    public SSLContext get() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new SourceException(
                    FailureKind.AUTHENTICATION,
                    "The Java runtime's own TLS settings cannot be used: " + e.getMessage(),
                    "Check the system properties that begin with javax.net.ssl, and the runtime's cacerts",
                    e);
        }
    }

    @Override
    public X509TrustManager trustManager() {
        return TrustManagers.of(null, "the authorities of the Java runtime");
    }

    @Override
    public String toString() {
        return "Java runtime";
    }
}
