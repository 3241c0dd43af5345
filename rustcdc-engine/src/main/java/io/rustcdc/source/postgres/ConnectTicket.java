package io.rustcdc.source.postgres;

import io.rustcdc.source.TlsContext;
import java.io.IOException;
import java.net.Socket;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One connection being opened. The driver takes factories as a class name and a text only, so the text leads to this
 * object, which has the settings of this connection and remembers how far it came. For the thread that opens it.
 */
final class ConnectTicket implements AutoCloseable {

    private static final Map<String, ConnectTicket> tickets = new ConcurrentHashMap<>();

    private final String id = UUID.randomUUID().toString();
    private final Duration budget;
    private final OpeningSockets sockets;
    private final @Nullable SSLContext tls;
    private final @Nullable SSLParameters tlsParameters;
    private @Nullable PostgresSocket socket;
    private @Nullable SSLSocket tlsSocket;

    /**
     * @param tls null for a connection without TLS
     * @throws io.rustcdc.source.SourceException when the certificates or keys cannot be used
     */
    ConnectTicket(Duration budget, OpeningSockets sockets, @Nullable TlsContext tls) {
        this.budget = budget;
        this.sockets = sockets;
        this.tls = tls == null ? null : tls.get();
        this.tlsParameters =
                this.tls == null ? null : Objects.requireNonNull(tls).parameters(this.tls);
        tickets.put(id, this);
    }

    static ConnectTicket of(String id) {
        ConnectTicket found = tickets.get(id);
        if (found == null) {
            throw new IllegalArgumentException("'" + id + "' is not a connection being opened");
        }
        return found;
    }

    String id() {
        return id;
    }

    Duration budget() {
        return budget;
    }

    PostgresSocket createSocket() {
        PostgresSocket created = new PostgresSocket(budget);
        sockets.add(created);
        socket = created;
        return created;
    }

    /** The client's end of TLS over a socket; the handshake is the caller's. */
    SSLSocket layer(Socket below, String host, int port) throws IOException {
        SSLSocket created = (SSLSocket)
                Objects.requireNonNull(tls, "tls").getSocketFactory().createSocket(below, host, port, true);
        created.setSSLParameters(tlsParameters);
        tlsSocket = created;
        return created;
    }

    /** The socket that the driver asked for last, null before it asked. */
    @Nullable
    PostgresSocket socket() {
        return socket;
    }

    /** The first byte that the server sent, -1 for none; {@code 'N'} declines TLS. */
    int firstByte() {
        return socket == null ? -1 : socket.firstByte();
    }

    /** The names in the certificate that the server showed and that was trusted; empty before that. */
    List<String> certificateNames() {
        try {
            Certificate[] shown = tlsSocket == null
                    ? new Certificate[0]
                    : tlsSocket.getSession().getPeerCertificates();
            return shown.length > 0 && shown[0] instanceof X509Certificate certificate ? names(certificate) : List.of();
        } catch (SSLPeerUnverifiedException | CertificateParsingException e) {
            return List.of();
        }
    }

    private static List<String> names(X509Certificate certificate) throws CertificateParsingException {
        if (certificate.getSubjectAlternativeNames() == null) {
            return List.of(certificate.getSubjectX500Principal().getName());
        }
        return certificate.getSubjectAlternativeNames().stream()
                .map(name -> String.valueOf(name.get(1)))
                .toList();
    }

    @Override
    public void close() {
        tickets.remove(id);
    }
}
