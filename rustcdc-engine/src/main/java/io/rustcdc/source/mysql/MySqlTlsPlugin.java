package io.rustcdc.source.mysql;

import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.HostAddress;
import org.mariadb.jdbc.export.ExceptionFactory;
import org.mariadb.jdbc.plugin.TlsSocketPlugin;

/**
 * Gives the driver TLS over its socket, with the trust and the keys of the source's transport. Public because the driver finds it
 * as a service by its {@link #type()}; not for any other use.
 */
public final class MySqlTlsPlugin implements TlsSocketPlugin {

    static final String TYPE = "rustcdc";

    @Override
    public String type() {
        return TYPE;
    }

    /** None: the whole context is the ticket's. */
    @Override
    public TrustManager[] getTrustManager(
            Configuration configuration, ExceptionFactory exceptionFactory, HostAddress hostAddress) {
        return new TrustManager[0];
    }

    @Override
    public KeyManager[] getKeyManager(Configuration configuration, ExceptionFactory exceptionFactory) {
        return new KeyManager[0];
    }

    @Override
    public SSLSocket createSocket(Socket socket, SSLSocketFactory factory) throws IOException {
        if (socket instanceof MySqlSocket own) {
            return own.ticket().layer(own);
        }
        throw new IOException("This TLS is for connections of rustcdc only");
    }

    /** Done in the handshake, as part of the certificate's check. */
    @Override
    public void verify(String host, SSLSession session, long serverThreadId) {}
}
