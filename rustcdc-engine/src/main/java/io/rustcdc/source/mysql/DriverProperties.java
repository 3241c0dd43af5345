package io.rustcdc.source.mysql;

import io.rustcdc.source.Credentials;
import io.rustcdc.source.Transport;
import java.util.Properties;
import java.util.regex.Pattern;

/** What the driver is told about a connection. */
record DriverProperties(MySqlOptions options) {

    private static final Pattern LOOPBACK = Pattern.compile("(?i)localhost|127(\\.\\d{1,3}){3}|::1|0:0:0:0:0:0:0:1");

    /** The scheme of the driver's own, whichever server it is; the database is a property, which needs no escapes. */
    String url() {
        return "jdbc:mariadb://%s/".formatted(options.server());
    }

    Properties of(ConnectTicket ticket, Credentials credentials) {
        Properties properties = new Properties();
        properties.setProperty("user", credentials.user());
        if (credentials.password() != null) {
            properties.setProperty("password", credentials.password());
        }
        String database = options.database();
        if (database != null) {
            properties.setProperty("database", database);
        }
        properties.setProperty("socketFactory", MySqlSocketFactory.class.getName());
        properties.setProperty(ConnectTicket.OPTION, ticket.id());
        properties.setProperty("connectTimeout", Long.toString(ticket.budget().toMillis()));
        properties.setProperty("socketTimeout", "0");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("connectionAttributes", "program_name:rustcdc-" + attribute(options.sourceName()));
        properties.setProperty("tinyInt1isBit", "false");
        properties.setProperty("allowLocalInfile", "false");
        properties.setProperty("dumpQueriesOnException", "false");
        addTransport(properties);
        return properties;
    }

    private void addTransport(Properties properties) {
        if (options.transport().mode() == Transport.Mode.TLS) {
            // Names are checked with the rest of the certificate, by the plugin's socket.
            properties.setProperty("sslMode", "verify-ca");
            properties.setProperty("tlsSocketType", MySqlTlsPlugin.TYPE);
        } else {
            properties.setProperty("sslMode", "disable");
            boolean alone = LOOPBACK.matcher(options.server().host()).matches();
            properties.setProperty(
                    "allowPublicKeyRetrieval", Boolean.toString(alone || options.allowPublicKeyRetrieval()));
        }
    }

    private static String attribute(String name) {
        return name.replaceAll("[,:]", "_");
    }
}
