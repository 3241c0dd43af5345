package io.rustcdc.spring.autoconfigure;

import io.rustcdc.source.Credentials;
import io.rustcdc.source.Transport;
import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.autoconfigure.ConnectionDefaults.JdbcConnection;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundles;

/** Says where a source connects to, as whom, and how: as set or, for the groups that are left out, as the application does. */
final class SourceConnections {

    private final ConnectionDefaults defaults;
    private final SourceCredentials credentials;
    private final Supplier<SslBundles> bundles;

    /** @param bundles asked for if a bundle is named */
    SourceConnections(ConnectionDefaults defaults, SourceCredentials credentials, Supplier<SslBundles> bundles) {
        this.defaults = defaults;
        this.credentials = credentials;
        this.bundles = bundles;
    }

    /** @param urls the kind of URL that leads to the source's database */
    ConfiguredServer server(ConfiguredSource source, JdbcUrl.Kind urls) {
        DatabaseProperties settings = source.settings();
        if (settings.getHost() != null) {
            return new ConfiguredServer(settings, null);
        }
        if (settings.getPort() != null || settings.getDatabase() != null) {
            throw new CdcConfigurationException(
                    "%s sets a port or a database, but no host".formatted(source.key()),
                    "Set %1$s.host too; or remove %1$s.port and %1$s.database to use the application's own connection."
                            .formatted(source.key()));
        }
        return new ConfiguredServer(settings, applicationUrl(source, urls));
    }

    private JdbcUrl applicationUrl(ConfiguredSource source, JdbcUrl.Kind urls) {
        JdbcConnection connection = defaults.find(urls.prefixes());
        if (connection == null) {
            throw new CdcConfigurationException(
                    "Source '%s' does not say which database to capture, and the application has no single JDBC connection to %s to take it from"
                            .formatted(source.name(), urls.product()),
                    """
                    Set where the database is:

                    rustcdc:
                      %s:
                        %s:
                          host: localhost
                          database: ...
                          user: ...
                          password: ...
                    """.formatted(source.type(), source.name()));
        }
        return urls.parser().apply(connection.url());
    }

    /** Warns where others could read along. */
    Transport transport(ConfiguredSource source, ConfiguredServer server) {
        return new SourceTransport(source, bundles).to(server.hosts(), server.url());
    }

    /** Null when nobody names a user. */
    Credentials.@Nullable Provider credentials(ConfiguredSource source, JdbcUrl.Kind urls) {
        Credentials.Provider own = credentials.find(source);
        if (own != null) {
            return own;
        }
        if (source.settings().getPassword() != null) {
            throw new CdcConfigurationException(
                    "%s has a password, but no user".formatted(source.key()),
                    "Set %s.user, or remove the password to use the application's own user.".formatted(source.key()));
        }
        JdbcConnection connection = defaults.find(urls.prefixes());
        return connection == null ? null : connection.credentials();
    }
}
