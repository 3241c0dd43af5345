package io.rustcdc.source.mysql;

import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.util.ConfigurableSocketFactory;

/**
 * Gives the driver its socket. Public because the driver makes it by name from its option {@code socketFactory}; not for any
 * other use.
 */
public final class MySqlSocketFactory extends ConfigurableSocketFactory {

    private @Nullable ConnectTicket ticket;

    @Override
    public void setConfiguration(Configuration configuration, String host) {
        ticket = ConnectTicket.of(configuration.nonMappedOptions().getProperty(ConnectTicket.OPTION));
    }

    @Override
    public Socket createSocket() throws SocketException {
        ConnectTicket current = ticket;
        if (current == null) {
            throw new SocketException("The driver has not said for which connection");
        }
        return current.createSocket();
    }

    @Override
    public Socket createSocket(String host, int port) throws SocketException {
        throw connectsItself();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws SocketException {
        throw connectsItself();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws SocketException {
        throw connectsItself();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
            throws SocketException {
        throw connectsItself();
    }

    private static SocketException connectsItself() {
        return new SocketException("The driver connects its sockets by itself");
    }
}
