package io.rustcdc.source.sqlserver;

import io.rustcdc.source.PemFiles;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.TlsContext;
import io.rustcdc.source.Transport;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whom the driver trusts. The driver does TLS by itself, inside of its own packets, so it takes a class of this name with a text for
 * its constructor; the text says which of the connections that are being opened it is for. Not for anybody else.
 */
public final class DriverTrust implements X509TrustManager {

    private static final Map<String, Ticket> OFFERED = new ConcurrentHashMap<>();

    private final Ticket ticket;

    /** @param id of a connection that is being opened */
    public DriverTrust(String id) {
        Ticket offered = OFFERED.get(id);
        if (offered == null) {
            throw new IllegalStateException("Not the trust of a connection that is being opened");
        }
        this.ticket = offered;
    }

    /** Tells whom a connection trusts, until it is closed. */
    static Ticket offer(SqlServerOptions options) {
        Transport transport = options.transport();
        if (transport.mode() == Transport.Mode.PLAINTEXT || options.trustServerCertificate()) {
            return new Ticket(null, null, "");
        }
        TlsContext context = transport.tlsContext();
        if (context instanceof PemFiles files && files.clientCertificate() != null) {
            throw SourceException.configuration(
                    "Source '%s' has a client certificate, which SQL Server does not ask for"
                            .formatted(options.sourceName()),
                    "Remove %s and %s"
                            .formatted(
                                    options.key("transport.client-cert-path"),
                                    options.key("transport.client-key-path")));
        }
        String host = transport.verifyHostname() ? options.server().host() : null;
        Ticket ticket =
                new Ticket(context.trustManager(), host, UUID.randomUUID().toString());
        OFFERED.put(ticket.id, ticket);
        return ticket;
    }

    /**
     * The trust of one connection.
     *
     * @param host what the certificate must be made for; null for any
     */
    record Ticket(
            @Nullable X509TrustManager trusted, @Nullable String host, String id) implements AutoCloseable {

        void addTo(Properties properties) {
            if (trusted != null) {
                properties.setProperty("trustManagerClass", DriverTrust.class.getName());
                properties.setProperty("trustManagerConstructorArg", id);
            }
        }

        @Override
        public void close() {
            OFFERED.remove(id);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        X509TrustManager trusted = ticket.trusted();
        if (trusted == null) {
            throw new CertificateException("Nobody is trusted");
        }
        trusted.checkServerTrusted(chain, authType);
        if (ticket.host() != null) {
            CertificateNames.require(chain[0], ticket.host());
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("No client is trusted");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        X509TrustManager trusted = ticket.trusted();
        return trusted == null ? new X509Certificate[0] : trusted.getAcceptedIssuers();
    }
}
