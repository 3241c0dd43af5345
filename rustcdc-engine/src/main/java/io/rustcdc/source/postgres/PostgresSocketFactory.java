package io.rustcdc.source.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import javax.net.SocketFactory;

/**
 * Gives the driver its socket. Public because the driver makes it by name from the connection property
 * {@code socketFactory}; not for any other use.
 */
public final class PostgresSocketFactory extends SocketFactory {

    private final ConnectTicket ticket;

    /** Called by the driver with the property {@code socketFactoryArg}. */
    public PostgresSocketFactory(String ticket) {
        this.ticket = ConnectTicket.of(ticket);
    }

    @Override
    public Socket createSocket() throws IOException {
        return ticket.createSocket();
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
