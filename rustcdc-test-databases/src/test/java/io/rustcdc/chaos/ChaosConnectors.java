package io.rustcdc.chaos;

import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.Transport;
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

    /** What it is, the database, and the tables with commas between. */
    static SourceConnector open(int port, List<String> connector) {
        String database = connector.get(1);
        TableFilter tables = TableFilter.of(connector.get(2).split(","));
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
}
