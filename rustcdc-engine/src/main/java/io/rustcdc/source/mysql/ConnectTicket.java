package io.rustcdc.source.mysql;

import io.rustcdc.source.Transport;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One connection being opened. The driver makes its socket factory by name, so a text among its options leads to this object,
 * which has the settings of this connection and remembers how far it came. For the thread that opens it.
 */
final class ConnectTicket implements AutoCloseable {

    /** The option of the driver that holds the ticket's id. */
    static final String OPTION = "rustcdcTicket";

    private static final Map<String, ConnectTicket> tickets = new ConcurrentHashMap<>();

    private final String id = UUID.randomUUID().toString();
    private final MySqlOptions options;
    private final OpeningSockets sockets;
    private final @Nullable SSLContext tls;
    private @Nullable MySqlSocket socket;
    private @Nullable SSLSocket tlsSocket;

    /** @throws io.rustcdc.source.SourceException when the certificates or keys cannot be used */
    ConnectTicket(MySqlOptions options, OpeningSockets sockets) {
        this.options = options;
        this.sockets = sockets;
        Transport transport = options.transport();
        this.tls =
                transport.mode() == Transport.Mode.TLS ? transport.tlsContext().get() : null;
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
        return options.connTimeout();
    }

    MySqlSocket createSocket() {
        MySqlSocket created = new MySqlSocket(this);
        sockets.add(created);
        socket = created;
        return created;
    }

    /** The client's end of TLS over a socket; the handshake is the caller's. */
    SSLSocket layer(Socket below) throws IOException {
        SSLContext context = Objects.requireNonNull(tls, "tls");
        SSLSocket created = (SSLSocket) context.getSocketFactory()
                .createSocket(below, options.server().host(), options.server().port(), true);
        SSLParameters parameters = options.transport().tlsContext().parameters(context);
        if (options.transport().verifyHostname()) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        created.setSSLParameters(parameters);
        tlsSocket = created;
        return created;
    }

    /** The socket that the driver asked for, null before it asked. */
    @Nullable
    MySqlSocket socket() {
        return socket;
    }

    /** What carries the protocol: TLS where there is TLS, else the socket itself. */
    Socket carrier() {
        return tlsSocket == null ? Objects.requireNonNull(socket, "socket") : tlsSocket;
    }

    /** Whether the server has agreed to TLS. */
    boolean hasBegunTls() {
        return tlsSocket != null;
    }

    @Override
    public void close() {
        tickets.remove(id);
    }
}
