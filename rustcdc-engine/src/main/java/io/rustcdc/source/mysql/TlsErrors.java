package io.rustcdc.source.mysql;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.internal.Causes;
import java.io.IOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.sql.SQLException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Tells why TLS did not come about. A certificate that is refused is an authentication failure, of either side: like a password it
 * may be renewed while we run.
 */
record TlsErrors(MySqlOptions options) {

    /** The driver's words for a server without TLS. */
    private static final String NO_TLS = "ssl not enabled";

    /** The runtime's word, which it does not translate, for what the other side found wrong. */
    private static final String ALERT = "fatal alert";

    /**
     * @param begun whether the server had agreed to TLS
     * @return null when the failure has another reason
     */
    @Nullable
    SourceException of(SQLException e, boolean begun) {
        if (!begun) {
            return MySqlErrors.text(e).contains(NO_TLS) ? notOffered(e) : null;
        }
        if (Causes.first(e, CertificateExpiredException.class) != null
                || Causes.first(e, CertificateNotYetValidException.class) != null) {
            return refused(
                    "The certificate of %s is not valid at this time: %s",
                    "Renew it at the server (ssl_cert, then %s), and check the clock here"
                            .formatted(options.flavor() == Flavor.MYSQL ? "ALTER INSTANCE RELOAD TLS;" : "FLUSH SSL;"),
                    e);
        }
        if (Causes.first(e, CertPathBuilderException.class) != null) {
            return refused("The certificate of %s is not of a trusted authority: %s", authorityAction(), e);
        }
        if (isOtherName(e)) {
            return refused(
                    "The certificate of %s is trusted, but made for another host: %s",
                    "Connect with a name that it carries (%s); or, through a tunnel or by an address, and if its authority signs for servers of yours only: %s: false"
                            .formatted(options.key("host"), options.key("transport.verify-hostname")),
                    e);
        }
        if (Causes.first(e, CertificateException.class) != null
                || Causes.first(e, CertPathValidatorException.class) != null) {
            return refused("The certificate of %s is not accepted: %s", authorityAction(), e);
        }
        SSLException handshake = Causes.first(e, SSLException.class);
        if (handshake != null && String.valueOf(handshake.getMessage()).contains(ALERT)) {
            return refused("%s ended the TLS handshake: %s", clientCertificateAction(), e);
        }
        return Causes.first(e, IOException.class) == null ? null : cut(e);
    }

    /** The runtime has no class of its own for it; these are its words (sun.security.util.HostnameChecker). */
    private static boolean isOtherName(SQLException e) {
        CertificateException refusal = Causes.first(e, CertificateException.class);
        String text = refusal == null ? "" : String.valueOf(refusal.getMessage());
        return text.contains("subject alternative") || text.contains("No name matching");
    }

    private SourceException notOffered(SQLException e) {
        return new SourceException(
                FailureKind.CONFIGURATION,
                "%s does not offer TLS; nothing was sent".formatted(options.target()),
                "Turn it on at the server (ssl_ca, ssl_cert, ssl_key in its my.cnf), or say that the connection may be readable to others: %s: plaintext"
                        .formatted(options.key("transport.mode")),
                e);
    }

    /**
     * The network, or a server that ends; but one that refuses our certificate may look like this too, since with TLS 1.3 its
     * reason is sent when for us the handshake is over, and may be lost on the way.
     */
    private SourceException cut(SQLException e) {
        return new SourceException(
                FailureKind.TRANSIENT,
                "%s agreed to TLS and ended the connection before it let us in: %s"
                        .formatted(options.target(), MySqlErrors.text(e)),
                "If it does so again and again: " + clientCertificateAction(),
                e);
    }

    private String clientCertificateAction() {
        return "The server may not accept our certificate (its log says so), or none of our protocols and ciphers. Name a certificate that is valid and that an authority in its ssl_ca has signed: %s and %s, or %s"
                .formatted(
                        options.key("transport.client-cert-path"),
                        options.key("transport.client-key-path"),
                        options.key("transport.ssl-bundle"));
    }

    private String authorityAction() {
        return "Name the authority that signed it, or for a certificate that signed itself the certificate: %s (or %s). %s The server shows its certificates to: openssl s_client -starttls mysql -showcerts -connect %s"
                .formatted(
                        options.key("transport.ca-cert-path"),
                        options.key("transport.ssl-bundle"),
                        options.flavor() == Flavor.MYSQL
                                ? "One that the server made for itself is signed by ca.pem in its data directory."
                                : "One that the server made for itself is another after each of its starts: give it one of its own (ssl_cert, ssl_key).",
                        options.target());
    }

    private SourceException refused(String message, String action, SQLException e) {
        return new SourceException(
                FailureKind.AUTHENTICATION, message.formatted(options.target(), MySqlErrors.text(e)), action, e);
    }
}
