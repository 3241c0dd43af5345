package io.rustcdc.source.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import javax.net.ssl.SSLSocketFactory;

/**
 * Gives the driver TLS over its socket. Public because the driver makes it by name from the connection property
 * {@code sslfactory}; not for any other use.
 */
public final class PostgresTlsFactory extends SSLSocketFactory {

    private final ConnectTicket ticket;

    /** Called by the driver with the property {@code sslfactoryarg}. */
    public PostgresTlsFactory(String ticket) {
        this.ticket = ConnectTicket.of(ticket);
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
        return ticket.layer(socket, host, port);
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return new String[0]; // asked by nobody: the socket has its own
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return new String[0];
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw new SocketException("The driver layers TLS upon its socket");
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
