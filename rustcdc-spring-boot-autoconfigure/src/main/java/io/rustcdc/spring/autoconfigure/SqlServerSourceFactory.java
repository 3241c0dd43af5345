package io.rustcdc.spring.autoconfigure;

import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.Transport;
import io.rustcdc.source.sqlserver.SqlServerConnections;
import io.rustcdc.source.sqlserver.SqlServerConnector;
import io.rustcdc.source.sqlserver.SqlServerOptions;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the connector of a SQL Server source. */
final class SqlServerSourceFactory implements SourceFactory {

    private static final Logger logger = LoggerFactory.getLogger(SqlServerSourceFactory.class);

    private static final int PORT = 1433;
    private static final RequiredJar DRIVER = new RequiredJar(
            "com.microsoft.sqlserver.jdbc.SQLServerDriver",
            "the JDBC driver of SQL Server",
            "com.microsoft.sqlserver:mssql-jdbc");

    private final SourceConnections connections;
    private final Supplier<@Nullable SqlServerConnections> own;
    private final @Nullable ClassLoader classLoader;

    /** @param own gives the connections of a bean, used instead of the driver's; null when there is none */
    SqlServerSourceFactory(
            SourceConnections connections,
            Supplier<@Nullable SqlServerConnections> own,
            @Nullable ClassLoader classLoader) {
        this.connections = connections;
        this.own = own;
        this.classLoader = classLoader;
    }

    @Override
    public SourceConnector create(ConfiguredSource source, TableFilter tables) {
        SqlServerOptions options = options(source, tables);
        SqlServerConnections bean = own.get();
        if (bean != null) {
            return new SqlServerConnector(options, bean);
        }
        DRIVER.require(source, classLoader);
        return new SqlServerConnector(options);
    }

    SqlServerOptions options(ConfiguredSource source, TableFilter tables) {
        SqlServerProperties settings = source.settings(SqlServerProperties.class);
        ConfiguredServer server = connections.server(source, SqlServerUrl.KIND);
        SqlServerUrl url = (SqlServerUrl) server.url();
        Transport transport = connections.transport(source, server);
        SqlServerOptions.Builder options = SqlServerOptions.builder(source.name())
                .host(server.hosts())
                .port(server.port(PORT))
                .instanceName(url == null ? settings.getInstanceName() : url.instanceName())
                .database(server.database())
                .transport(transport)
                .trustServerCertificate(trust(source, settings, url, transport))
                .tables(tables)
                .connTimeout(settings.getConnTimeout())
                .silenceTimeout(settings.getSilenceTimeout())
                .cdcEnabled(settings.isCdcEnabled())
                .cdcSchema(settings.getCdcSchema())
                .captureTruncateEvents(settings.isCaptureTruncateEvents())
                .serverTimeZone(settings.getServerTimeZone())
                .tuningProfile(settings.getTuningProfile())
                .streamPollInterval(settings.getStreamPollInterval())
                .maxEventsPerPoll(settings.getMaxEventsPerPoll())
                .prereqPoolSize(settings.getPrereqPoolSize());
        Credentials.Provider credentials = connections.credentials(source, SqlServerUrl.KIND);
        if (credentials != null) {
            options.credentials(credentials);
        }
        return options.build();
    }

    private static boolean trust(
            ConfiguredSource source, SqlServerProperties settings, @Nullable SqlServerUrl url, Transport transport) {
        Boolean set = settings.getTrustServerCertificate();
        boolean trust = set == null ? url != null && url.trustsServerCertificate() : set;
        if (trust && transport.mode() == Transport.Mode.TLS) {
            logger.atWarn()
                    .addKeyValue("event", "insecure_transport")
                    .addKeyValue("source_type", source.type())
                    .addKeyValue("source", source.name())
                    .addKeyValue("mode", "trust-server-certificate")
                    .log(
                            "Insecure transport: source '{}' takes any certificate for that of the server; set {}.trust-server-certificate=false and {}.transport.ca-cert-path",
                            source.name(),
                            source.key(),
                            source.key());
        }
        return trust;
    }
}
