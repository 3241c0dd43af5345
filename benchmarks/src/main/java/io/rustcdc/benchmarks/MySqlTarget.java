package io.rustcdc.benchmarks;

import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.Transport;
import io.rustcdc.source.mysql.Flavor;
import io.rustcdc.source.mysql.MySqlConnector;
import io.rustcdc.source.mysql.MySqlOptions;
import io.rustcdc.test.databases.BinlogStatus;
import io.rustcdc.test.databases.MySqlServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;

/**
 * A table of a MySQL or MariaDB server.
 *
 * @param begin where the naive loop begins; an engine does at its checkpoint, or at the end when there is none
 * @param serverId of the reader
 */
record MySqlTarget(
        Flavor flavor, int port, String database, String name, BinlogStatus begin, long serverId, String directory)
        implements Target {

    static final String HOST = "127.0.0.1";
    static final String USER = MySqlServer.SUPERUSER;

    @Override
    public String table() {
        return database + "." + name;
    }

    @Override
    public Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:mariadb://%s:%d/%s".formatted(HOST, port, database), USER, "");
    }

    @Override
    public ServerProbe probe() throws SQLException {
        return new MySqlProbe(this);
    }

    @Override
    public BacklogReader naiveReader() {
        return new MySqlNaiveReader(this);
    }

    @Override
    public SourceConnector connector() {
        return new MySqlConnector(MySqlOptions.builder(flavor, SOURCE)
                .host(HOST)
                .port(port)
                .database(database)
                .credentials(() -> new Credentials(USER, null))
                .serverId(serverId)
                .tables(TableFilter.of(table()))
                .transport(Transport.plaintext())
                .build());
    }

    @Override
    public Map<String, Object> properties() {
        String source = flavor.type() + ".bench.";
        return Map.of(
                source + "host", HOST,
                source + "port", port,
                source + "database", database,
                source + "user", USER,
                source + "server-id", serverId,
                source + "snapshot.mode", "never");
    }
}
