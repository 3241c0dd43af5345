package io.rustcdc.source.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Gives the driver its socket. Public because the driver makes it by name from the connection property
 * {@code socketFactory}; not for any other use.
 */
public final class PostgresSocketFactory extends SocketFactory {

    /** The driver takes a class name and a text only, so the text leads to the object that asks. */
    private static final Map<String, Ticket> tickets = new ConcurrentHashMap<>();

    private final Ticket ticket;

    /** Called by the driver with the property {@code socketFactoryArg}. */
    public PostgresSocketFactory(String ticket) {
        Ticket found = tickets.get(ticket);
        if (found == null) {
            throw new IllegalArgumentException("'" + ticket + "' is not a connection being opened");
        }
        this.ticket = found;
    }

    @Override
    public Socket createSocket() throws IOException {
        return ticket.create();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw new SocketException("The driver connects its sockets by itself");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return createSocket(host.getHostName(), port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return createSocket(host, port);
    }

    /** One connection being opened. */
    static final class Ticket implements AutoCloseable {

        private final String id = UUID.randomUUID().toString();
        private final Duration budget;
        private volatile @Nullable PostgresSocket socket;

        Ticket(Duration budget) {
            this.budget = budget;
            tickets.put(id, this);
        }

        String id() {
            return id;
        }

        /** The socket that the driver asked for last, null before it asked. */
        @Nullable
        PostgresSocket socket() {
            return socket;
        }

        @Override
        public void close() {
            tickets.remove(id);
        }

        private PostgresSocket create() {
            PostgresSocket created = new PostgresSocket(budget);
            socket = created;
            return created;
        }
    }
}
