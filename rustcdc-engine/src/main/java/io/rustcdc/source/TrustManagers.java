package io.rustcdc.source;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Who decides about certificates by the authorities in a key store. */
final class TrustManagers {

    private TrustManagers() {}

    /**
     * @param store null for the authorities of the Java runtime
     * @param what the store is, for the message
     */
    static X509TrustManager of(@Nullable KeyStore store, String what) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return Arrays.stream(factory.getTrustManagers())
                    .filter(X509TrustManager.class::isInstance)
                    .map(X509TrustManager.class::cast)
                    .findFirst()
                    .orElseThrow();
        } catch (GeneralSecurityException e) {
            throw PemFiles.unusable(
                    "%s cannot be used: %s".formatted(what, e.getMessage()), "Check transport.ca-cert-path", e);
        }
    }
}
