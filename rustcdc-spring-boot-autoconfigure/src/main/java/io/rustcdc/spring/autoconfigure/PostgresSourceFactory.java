package io.rustcdc.spring.autoconfigure;

import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.postgres.PostgresConnector;
import io.rustcdc.source.postgres.PostgresOptions;
import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.autoconfigure.ConnectionDefaults.JdbcConnection;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.util.ClassUtils;

/** Makes the connector of a PostgreSQL source from its settings and, for what they leave out, the application's connection. */
final class PostgresSourceFactory {

    private static final int NAME_LENGTH = 63;

    private final ConnectionDefaults defaults;
    private final SourceCredentials credentials;
    private final Supplier<SslBundles> bundles;
    private final @Nullable ClassLoader classLoader;

    PostgresSourceFactory(
            ConnectionDefaults defaults,
            SourceCredentials credentials,
            Supplier<SslBundles> bundles,
            @Nullable ClassLoader classLoader) {
        this.defaults = defaults;
        this.credentials = credentials;
        this.bundles = bundles;
        this.classLoader = classLoader;
    }

    SourceConnector create(ConfiguredSource source, TableFilter tables) {
        if (!ClassUtils.isPresent("org.postgresql.Driver", classLoader)) {
            throw new CdcConfigurationException(
                    "Source '%s' needs the PostgreSQL driver, which is not on the class path".formatted(source.name()),
                    "Add the dependency org.postgresql:postgresql (rustcdc-spring-boot-starter has it).");
        }
        return new PostgresConnector(options(source, tables));
    }

    PostgresOptions options(ConfiguredSource source, TableFilter tables) {
        PostgresProperties settings = source.settings();
        PostgresOptions.Builder options = PostgresOptions.builder(source.name())
                .tables(tables)
                .connTimeout(settings.getConnTimeout())
                .streamPollInterval(settings.getStreamPollInterval())
                .replicationSlotName(nameOrDefault(settings.getReplicationSlotName(), source))
                .publicationName(nameOrDefault(settings.getPublicationName(), source))
                .failoverSlot(settings.getFailoverSlot())
                .silenceTimeout(settings.getSilenceTimeout())
                .createPublication(settings.isCreatePublication());
        connection(source, options);
        Credentials.Provider provider = credentials(source);
        if (provider != null) {
            options.credentials(provider);
        }
        return options.build();
    }

    private void connection(ConfiguredSource source, PostgresOptions.Builder options) {
        PostgresProperties settings = source.settings();
        String host = settings.getHost();
        if (host != null) {
            options.host(host)
                    .port(settings.getPort() == null ? 5432 : settings.getPort())
                    .database(settings.getDatabase() == null ? "" : settings.getDatabase())
                    .transport(new PostgresTransport(source, bundles).to(host, null));
        } else if (settings.getPort() == null && settings.getDatabase() == null) {
            PostgresUrl url = applicationUrl(source);
            options.host(url.hosts())
                    .database(url.database() == null ? "" : url.database())
                    .transport(new PostgresTransport(source, bundles).to(url.hosts(), url));
        } else {
            throw new CdcConfigurationException(
                    "%s sets a port or a database, but no host".formatted(source.key()),
                    "Set %1$s.host too; or remove %1$s.port and %1$s.database to use the application's own connection."
                            .formatted(source.key()));
        }
    }

    private PostgresUrl applicationUrl(ConfiguredSource source) {
        JdbcConnection connection = defaults.find(PostgresUrl.PREFIX);
        if (connection == null) {
            throw new CdcConfigurationException(
                    "Source '%s' does not say which database to capture, and the application has no single JDBC connection to PostgreSQL to take it from"
                            .formatted(source.name()),
                    """
                    Set where the database is:

                    rustcdc:
                      postgres:
                        %s:
                          host: localhost
                          database: ...
                          user: ...
                          password: ...
                    """.formatted(source.name()));
        }
        return PostgresUrl.parse(connection.url());
    }

    private Credentials.@Nullable Provider credentials(ConfiguredSource source) {
        Credentials.Provider bean = credentials.find(source.name());
        if (bean != null) {
            return bean;
        }
        String user = source.settings().getUser();
        String password = source.settings().getPassword();
        if (user != null) {
            Credentials fixed = new Credentials(user, password);
            return () -> fixed;
        }
        if (password != null) {
            throw new CdcConfigurationException(
                    "%s has a password, but no user".formatted(source.key()),
                    "Set %s.user, or remove the password to use the application's own user.".formatted(source.key()));
        }
        JdbcConnection connection = defaults.find(PostgresUrl.PREFIX);
        return connection == null ? null : connection.credentials();
    }

    private static String nameOrDefault(@Nullable String name, ConfiguredSource source) {
        if (name != null) {
            return name;
        }
        String safe = source.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
        String suffix = "_cdc";
        return safe.substring(0, Math.min(safe.length(), NAME_LENGTH - suffix.length())) + suffix;
    }
}
