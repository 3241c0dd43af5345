package io.rustcdc.spring.autoconfigure;

import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.postgres.PostgresConnector;
import io.rustcdc.source.postgres.PostgresOptions;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Makes the connector of a PostgreSQL source. */
final class PostgresSourceFactory implements SourceFactory {

    static final String TYPE = "postgres";

    private static final int PORT = 5432;
    private static final int NAME_LENGTH = 63;
    private static final RequiredJar DRIVER =
            new RequiredJar("org.postgresql.Driver", "the PostgreSQL driver", "org.postgresql:postgresql");

    private final SourceConnections connections;
    private final @Nullable ClassLoader classLoader;

    PostgresSourceFactory(SourceConnections connections, @Nullable ClassLoader classLoader) {
        this.connections = connections;
        this.classLoader = classLoader;
    }

    @Override
    public SourceConnector create(ConfiguredSource source, TableFilter tables) {
        DRIVER.require(source, classLoader);
        return new PostgresConnector(options(source, tables));
    }

    PostgresOptions options(ConfiguredSource source, TableFilter tables) {
        PostgresProperties settings = source.settings(PostgresProperties.class);
        ConfiguredServer server = connections.server(source, PostgresUrl.KIND);
        PostgresOptions.Builder options = PostgresOptions.builder(source.name())
                .host(server.hosts())
                .port(server.port(PORT))
                .database(server.database() == null ? "" : server.database())
                .transport(connections.transport(source, server))
                .tables(tables)
                .connTimeout(settings.getConnTimeout())
                .streamPollInterval(settings.getStreamPollInterval())
                .replicationSlotName(nameOrDefault(settings.getReplicationSlotName(), source))
                .publicationName(nameOrDefault(settings.getPublicationName(), source))
                .failoverSlot(settings.getFailoverSlot())
                .silenceTimeout(settings.getSilenceTimeout())
                .createPublication(settings.isCreatePublication());
        Credentials.Provider credentials = connections.credentials(source, PostgresUrl.KIND);
        if (credentials != null) {
            options.credentials(credentials);
        }
        return options.build();
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
