package io.rustcdc.benchmarks;

import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.Transport;
import io.rustcdc.source.postgres.PostgresConnector;
import io.rustcdc.source.postgres.PostgresOptions;
import io.rustcdc.test.databases.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;

/**
 * A table of a PostgreSQL server.
 *
 * @param name of the table and the publication
 */
record PostgresTarget(String host, int port, String database, String slot, String name, String directory)
        implements Target {

    static final String USER = PostgresServer.SUPERUSER;

    @Override
    public String table() {
        return "public." + name;
    }

    String url() {
        return "jdbc:postgresql://%s:%d/%s".formatted(host, port, database);
    }

    @Override
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), USER, "");
    }

    @Override
    public ServerProbe probe() throws SQLException {
        return new PostgresProbe(this);
    }

    @Override
    public BacklogReader naiveReader() {
        return new PostgresNaiveReader(this);
    }

    @Override
    public SourceConnector connector() {
        return new PostgresConnector(PostgresOptions.builder(SOURCE)
                .host(host)
                .port(port)
                .database(database)
                .credentials(() -> new Credentials(USER, null))
                .replicationSlotName(slot)
                .publicationName(name)
                .tables(TableFilter.of(table()))
                .transport(Transport.plaintext())
                .build());
    }

    @Override
    public Map<String, Object> properties() {
        return Map.of(
                "postgres.bench.host", host,
                "postgres.bench.port", port,
                "postgres.bench.database", database,
                "postgres.bench.user", USER,
                "postgres.bench.replication-slot-name", slot,
                "postgres.bench.publication-name", name,
                "postgres.bench.snapshot.mode", "never");
    }
}
