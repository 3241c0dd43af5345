package io.rustcdc.spring.autoconfigure;

import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.mysql.Flavor;
import io.rustcdc.source.mysql.MySqlConnector;
import io.rustcdc.source.mysql.MySqlOptions;
import io.rustcdc.spring.CdcConfigurationException;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Makes the connector of a MySQL or a MariaDB source. */
final class MySqlSourceFactory implements SourceFactory {

    private static final int PORT = 3306;
    private static final List<RequiredJar> JARS = List.of(
            new RequiredJar(
                    "org.mariadb.jdbc.Driver",
                    "MariaDB Connector/J, for MySQL too",
                    "org.mariadb.jdbc:mariadb-java-client"),
            new RequiredJar(
                    "io.airlift.compress.zstd.ZstdDecompressor",
                    "the library that reads compressed transactions",
                    "io.airlift:aircompressor"));

    /** People tend to take small ones: 1, 2, 101. */
    private static final long LEAST_PROPOSED = 100_000;

    private static final long MOST = 0xffff_ffffL;

    private final Flavor flavor;
    private final JdbcUrl.Kind urls;
    private final SourceConnections connections;
    private final @Nullable ClassLoader classLoader;

    MySqlSourceFactory(Flavor flavor, SourceConnections connections, @Nullable ClassLoader classLoader) {
        this.flavor = flavor;
        this.urls = MySqlUrl.kind(flavor);
        this.connections = connections;
        this.classLoader = classLoader;
    }

    @Override
    public SourceConnector create(ConfiguredSource source, TableFilter tables) {
        JARS.forEach(jar -> jar.require(source, classLoader));
        return new MySqlConnector(options(source, tables));
    }

    @Override
    public @Nullable String ownSchema(ConfiguredSource source) {
        return connections.server(source, urls).database();
    }

    MySqlOptions options(ConfiguredSource source, TableFilter tables) {
        MySqlProperties settings = source.settings(MySqlProperties.class);
        ConfiguredServer server = connections.server(source, urls);
        MySqlUrl url = (MySqlUrl) server.url();
        MySqlOptions.Builder options = MySqlOptions.builder(flavor, source.name())
                .host(url == null ? server.hosts() : url.host(source))
                .port(server.port(PORT))
                .database(server.database())
                .transport(connections.transport(source, server))
                .allowPublicKeyRetrieval(allowsPublicKeyRetrieval(settings, url))
                .tables(tables)
                .connTimeout(settings.getConnTimeout())
                .streamPollInterval(settings.getStreamPollInterval())
                .silenceTimeout(settings.getSilenceTimeout())
                .serverId(serverId(source, settings))
                .gtidModeEnabled(settings.getGtidModeEnabled())
                .binlogFormatCheck(settings.isBinlogFormatCheck());
        Credentials.Provider credentials = connections.credentials(source, urls);
        if (credentials != null) {
            options.credentials(credentials);
        }
        return options.build();
    }

    private static boolean allowsPublicKeyRetrieval(MySqlProperties settings, @Nullable MySqlUrl url) {
        Boolean set = settings.getAllowPublicKeyRetrieval();
        return set == null ? url != null && url.allowsPublicKeyRetrieval() : set;
    }

    /** The server ends the connection of one reader when another comes with the same number, so there can be no default. */
    private static long serverId(ConfiguredSource source, MySqlProperties settings) {
        Long set = settings.getServerId();
        if (set != null) {
            return set;
        }
        long drawn = ThreadLocalRandom.current().nextLong(LEAST_PROPOSED, MOST);
        throw new CdcConfigurationException(
                "Source '%s' has no server-id: it reads the binlog as a replica does, under a number of its own, and of two readers with one number the server disconnects one"
                        .formatted(source.name()),
                """
                Set a number from 1 to %d that no server, replica or other reader there has, different for each application \
                that runs at the same time, and keep it. This one was drawn by lot:

                rustcdc:
                  %s:
                    %s:
                      server-id: %d
                """.formatted(MOST, source.type(), source.name(), drawn));
    }
}
