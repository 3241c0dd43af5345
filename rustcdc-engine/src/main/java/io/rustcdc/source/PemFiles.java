package io.rustcdc.source;

import io.rustcdc.event.FailureKind;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Authorities to trust and a certificate to show, in files that are read at each connection.
 *
 * @param caCertPath the certificates of the authorities; null for those of the Java runtime
 * @param clientCertificate what to show to a server that asks for a certificate; null for nothing
 */
public record PemFiles(@Nullable Path caCertPath, @Nullable ClientCertificate clientCertificate) implements TlsContext {

    /** Trusts these authorities alone and shows no certificate. */
    public static PemFiles trusting(Path caCertPath) {
        return new PemFiles(caCertPath, null);
    }

    public PemFiles withClientCertificate(Path certPath, Path keyPath, @Nullable String keyPassword) {
        return new PemFiles(caCertPath, new ClientCertificate(certPath, keyPath, keyPassword));
    }

    @Override
    public SSLContext get() {
        TrustManager @Nullable [] trusted = caCertPath == null ? null : new TrustManager[] {trust(caCertPath)};
        KeyManager @Nullable [] own = clientCertificate == null ? null : clientCertificate.keyManagers();
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own, trusted, new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw unusable("The TLS of this connection cannot be set up: " + e.getMessage(), "See the message", e);
        }
    }

    @Override
    public X509TrustManager trustManager() {
        return caCertPath == null ? TlsContext.ofJavaRuntime().trustManager() : trust(caCertPath);
    }

    private static X509TrustManager trust(Path file) {
        List<X509Certificate> authorities = CertificateFile.read(file, "transport.ca-cert-path");
        try {
            KeyStore store = emptyStore();
            for (int i = 0; i < authorities.size(); i++) {
                store.setCertificateEntry("ca-" + i, authorities.get(i));
            }
            return TrustManagers.of(store, "The authorities in '%s'".formatted(file));
        } catch (GeneralSecurityException e) {
            throw unusable(
                    "The authorities in '%s' cannot be used: %s".formatted(file, e.getMessage()),
                    "Check transport.ca-cert-path",
                    e);
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new KeyStoreException(e); // there is nothing to read
        }
        return store;
    }

    /** A file may be about to be renewed, as a password may be: at the first start a mistake, later worth another try. */
    static SourceException unusable(String message, String action, @Nullable Throwable cause) {
        return new SourceException(FailureKind.AUTHENTICATION, message, action, cause);
    }

    /**
     * The certificate of a role, and its key. Prints no secret.
     *
     * @param certPath the certificate, followed by those between it and the authority that the server trusts
     * @param keyPath the private key in PKCS#8, as PEM or DER
     * @param keyPassword for an encrypted key; null for one that is not
     */
    public record ClientCertificate(
            Path certPath, Path keyPath, @Nullable String keyPassword) {

        public ClientCertificate {
            Objects.requireNonNull(certPath, "certPath");
            Objects.requireNonNull(keyPath, "keyPath");
        }

        private KeyManager[] keyManagers() {
            List<X509Certificate> chain = CertificateFile.read(certPath, "transport.client-cert-path");
            PrivateKey key = new PrivateKeyFile(keyPath, keyPassword).read();
            try {
                if (!KeyPairCheck.belongTogether(key, chain.get(0).getPublicKey())) {
                    throw unusable(
                            "The key '%s' does not belong to the certificate '%s'".formatted(keyPath, certPath),
                            "Name the two that were made together with transport.client-cert-path and transport.client-key-path; the role's own certificate comes first in its file",
                            null);
                }
                char[] secret = UUID.randomUUID().toString().toCharArray();
                KeyStore store = emptyStore();
                store.setKeyEntry("client", key, secret, chain.toArray(new X509Certificate[0]));
                KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                factory.init(store, secret);
                return factory.getKeyManagers();
            } catch (GeneralSecurityException e) {
                throw unusable(
                        "The certificate '%s' with the key '%s' cannot be used: %s"
                                .formatted(certPath, keyPath, e.getMessage()),
                        "Check transport.client-cert-path and transport.client-key-path",
                        e);
            }
        }

        @Override
        public String toString() {
            return "ClientCertificate[certPath=%s, keyPath=%s]".formatted(certPath, keyPath);
        }
    }
}
