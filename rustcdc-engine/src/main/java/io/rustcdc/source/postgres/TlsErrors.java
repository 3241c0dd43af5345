package io.rustcdc.source.postgres;

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
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Tells why TLS did not come about. A certificate that is refused is an authentication failure, of either side: like a
 * password it may be renewed while we run.
 */
record TlsErrors(PostgresOptions options) {

    /** The driver's own no: to a missing password or to a kind of authentication. */
    private static final String REJECTED = "08004";

    /** The runtime's word, which it does not translate, for what the other side found wrong. */
    private static final String ALERT = "fatal alert";

    /** Null when the failure has another reason. */
    @Nullable
    SourceException of(SQLException e, ConnectTicket ticket) {
        int firstByte = ticket.firstByte();
        if (firstByte == 'E') {
            // A server that cannot start a process for the connection, not one that has no TLS (manual 55.2.10).
            return SourceException.transientFailure(
                    "%s answered the request for TLS with an error; its log says why".formatted(options.server()), e);
        }
        if (firstByte == 'N') {
            return new SourceException(
                    FailureKind.CONFIGURATION,
                    "%s does not offer TLS; nothing was sent".formatted(options.server()),
                    "Turn it on at the server (ssl = on, ssl_cert_file, ssl_key_file), or say that the connection may be readable to others: %s: plaintext"
                            .formatted(options.key("transport.mode")),
                    e);
        }
        if (firstByte != 'S') {
            return null;
        }
        List<String> names = ticket.certificateNames();
        if (Causes.first(e, CertificateExpiredException.class) != null
                || Causes.first(e, CertificateNotYetValidException.class) != null) {
            return refused(
                    "The certificate of %s is not valid at this time: %s",
                    "Renew it at the server (ssl_cert_file, then SELECT pg_reload_conf();), and check the clock here",
                    e);
        }
        if (Causes.first(e, CertPathBuilderException.class) != null) {
            return refused("The certificate of %s is not of a trusted authority: %s", authorityAction(), e);
        }
        if (Causes.first(e, CertificateException.class) != null
                || Causes.first(e, CertPathValidatorException.class) != null) {
            return refused("The certificate of %s is not accepted: %s", authorityAction(), e);
        }
        SSLException handshake = Causes.first(e, SSLException.class);
        if (handshake != null && String.valueOf(handshake.getMessage()).contains(ALERT)) {
            return refused("%s ended the TLS handshake: %s", clientCertificateAction(), e);
        }
        if (Causes.first(e, IOException.class) != null) {
            return cut(e);
        }
        boolean nameRefused = !names.isEmpty() && !REJECTED.equals(e.getSQLState());
        return nameRefused ? otherName(names, e) : null;
    }

    /**
     * The network, or a server that ends; but one that refuses our certificate may look like this too, since with TLS 1.3 its
     * reason is sent when for us the handshake is over, and may be lost on the way.
     */
    private SourceException cut(SQLException e) {
        return new SourceException(
                FailureKind.TRANSIENT,
                "%s agreed to TLS and ended the connection before it let us in: %s"
                        .formatted(options.server(), Causes.text(e)),
                "If it does so again and again: " + clientCertificateAction(),
                e);
    }

    private String clientCertificateAction() {
        return "The server may not accept our certificate (its log says so), or none of our protocols and ciphers. Name a certificate that is valid and that an authority in its ssl_ca_file has signed: %s and %s, or %s"
                .formatted(
                        options.key("transport.client-cert-path"),
                        options.key("transport.client-key-path"),
                        options.key("transport.ssl-bundle"));
    }

    private SourceException otherName(List<String> names, SQLException e) {
        return new SourceException(
                FailureKind.AUTHENTICATION,
                "The certificate of %s is trusted, but made for another host: %s"
                        .formatted(options.server(), String.join(", ", names)),
                "Connect with a name that it carries (%s); or, through a tunnel or by an address, and if its authority signs for servers of yours only: %s: false"
                        .formatted(options.key("host"), options.key("transport.verify-hostname")),
                e);
    }

    private SourceException refused(String message, String action, SQLException e) {
        return new SourceException(
                FailureKind.AUTHENTICATION, message.formatted(options.server(), Causes.text(e)), action, e);
    }

    private String authorityAction() {
        return "Name the authority that signed it, or for a certificate that signed itself the certificate: %s (or %s). The server shows its certificates to: openssl s_client -starttls postgres -showcerts -connect %s"
                .formatted(
                        options.key("transport.ca-cert-path"), options.key("transport.ssl-bundle"), options.server());
    }
}
