package io.rustcdc.source.postgres;

import io.rustcdc.source.Credentials;
import io.rustcdc.source.Transport;
import io.rustcdc.source.internal.ServerAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/** What the driver is told about a connection. */
record DriverProperties(PostgresOptions options) {

    /**
     * How much work a server may ask for to prove the password. Servers ask for 4096 rounds unless somebody raised
     * {@code scram_iterations}; the driver's own limit cannot be changed by its users here.
     */
    static final int MAX_SCRAM_ITERATIONS = 1_000_000;

    String url(ServerAddress server) {
        return "jdbc:postgresql://%s/%s"
                .formatted(server, URLEncoder.encode(options.database(), StandardCharsets.UTF_8));
    }

    Properties of(ConnectTicket ticket, Credentials credentials) {
        Properties properties = new Properties();
        properties.setProperty("user", credentials.user());
        if (credentials.password() != null) {
            properties.setProperty("password", credentials.password());
        }
        properties.setProperty("ApplicationName", "rustcdc-" + options.sourceName());
        properties.setProperty("assumeMinServerVersion", "10");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("gssEncMode", "disable");
        properties.setProperty("scramMaxIterations", Integer.toString(MAX_SCRAM_ITERATIONS));
        properties.setProperty("socketFactory", PostgresSocketFactory.class.getName());
        properties.setProperty("socketFactoryArg", ticket.id());
        addLimits(properties, ticket);
        addTransport(properties, ticket);
        return properties;
    }

    /**
     * Our socket limits the whole handshake; the driver's limits for its parts, and for the login by a second thread, would
     * only give other messages.
     */
    private static void addLimits(Properties properties, ConnectTicket ticket) {
        properties.setProperty("loginTimeout", "0");
        properties.setProperty("connectTimeout", "0");
        properties.setProperty(
                "sslResponseTimeout", Long.toString(ticket.budget().toMillis() + 1000));
    }

    private void addTransport(Properties properties, ConnectTicket ticket) {
        Transport transport = options.transport();
        if (transport.mode() == Transport.Mode.PLAINTEXT) {
            properties.setProperty("sslmode", "disable");
            properties.setProperty("requireAuth", "!password");
        } else {
            properties.setProperty("sslmode", transport.verifyHostname() ? "verify-full" : "verify-ca");
            properties.setProperty("sslfactory", PostgresTlsFactory.class.getName());
            properties.setProperty("sslfactoryarg", ticket.id());
        }
    }
}
