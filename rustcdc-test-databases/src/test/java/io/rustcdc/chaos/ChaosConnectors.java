package io.rustcdc.chaos;

import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.Transport;
import io.rustcdc.source.mysql.Flavor;
import io.rustcdc.source.mysql.MySqlConnector;
import io.rustcdc.source.mysql.MySqlOptions;
import io.rustcdc.source.postgres.PostgresConnector;
import io.rustcdc.source.postgres.PostgresOptions;
import io.rustcdc.test.databases.PostgresServer;
import java.time.Duration;
import java.util.List;

/** The connectors of the consumer's process, as a {@link ChaosDatabase} names them. */
final class ChaosConnectors {

    static final String POSTGRES = "postgres";

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private ChaosConnectors() {}

    /** What it is, the database, the tables with commas between; for MySQL and MariaDB whether to go by GTIDs. */
    static SourceConnector open(int port, List<String> connector) {
        TableFilter tables = TableFilter.of(connector.get(2).split(","));
        return connector.get(0).equals(POSTGRES)
                ? postgres(port, connector.get(1), tables)
                : mysql(port, Flavor.valueOf(connector.get(0)), tables, Boolean.parseBoolean(connector.get(3)));
    }

    private static SourceConnector postgres(int port, String database, TableFilter tables) {
        return new PostgresConnector(PostgresOptions.builder("shop")
                .host("127.0.0.1")
                .port(port)
                .database(database)
                .credentials(() -> new Credentials(PostgresServer.SUPERUSER, null))
                .replicationSlotName("chaos")
                .publicationName("chaos")
                .tables(tables)
                .connTimeout(TIMEOUT)
                .transport(Transport.plaintext())
                .build());
    }

    private static SourceConnector mysql(int port, Flavor flavor, TableFilter tables, boolean gtids) {
        return new MySqlConnector(MySqlOptions.builder(flavor, "shop")
                .host("127.0.0.1")
                .port(port)
                .credentials(() -> new Credentials(MySqlChaos.USER, MySqlChaos.PASSWORD))
                .serverId(7_000)
                .gtidModeEnabled(gtids)
                .tables(tables)
                .connTimeout(TIMEOUT)
                .transport(Transport.plaintext())
                .build());
    }
}
