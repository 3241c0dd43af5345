package io.rustcdc.source.sqlserver;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.SocketFactory;

/**
 * Gives the driver its sockets, so that a connection that is being opened can be given up. Public because the driver makes it by name,
 * with a text for its constructor that says which of the connections that are being opened it is for. Not for anybody else.
 */
public final class DriverSockets extends SocketFactory {

    private static final Map<String, Opening> OPENINGS = new ConcurrentHashMap<>();

    private final Opening opening;

    /** @param id of a connection that is being opened */
    public DriverSockets(String id) {
        Opening found = OPENINGS.get(id);
        if (found == null) {
            throw new IllegalStateException("Not the sockets of a connection that is being opened");
        }
        this.opening = found;
    }

    /** One connection that is being opened; over when it is closed, which leaves the sockets alone. Thread-safe. */
    static final class Opening implements AutoCloseable {

        private final String id = UUID.randomUUID().toString();
        private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

        private Opening() {}

        static Opening begin() {
            Opening begun = new Opening();
            OPENINGS.put(begun.id, begun);
            return begun;
        }

        String id() {
            return id;
        }

        void addTo(Properties properties) {
            properties.setProperty("socketFactoryClass", DriverSockets.class.getName());
            properties.setProperty("socketFactoryConstructorArg", id);
        }

        /** Closes the sockets, so that whoever connects or waits for an answer fails at once. */
        void abort() {
            sockets.forEach(JdbcConnections::closeQuietly);
        }

        @Override
        public void close() {
            OPENINGS.remove(id);
        }
    }

    @Override
    public Socket createSocket() {
        Socket created = new Socket();
        opening.sockets.add(created);
        return created;
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
}
