package io.rustcdc.source;

import io.rustcdc.source.mysql.Flavor;
import io.rustcdc.source.mysql.MySqlConnector;
import io.rustcdc.source.mysql.MySqlOptions;
import io.rustcdc.source.postgres.PostgresConnector;
import io.rustcdc.source.postgres.PostgresOptions;
import io.rustcdc.source.sqlserver.SqlServerConnector;
import io.rustcdc.source.sqlserver.SqlServerOptions;
import io.rustcdc.test.databases.PostgresServer;
import io.rustcdc.test.databases.sqlserver.SqlServerStandIn;
import java.time.Duration;
import java.util.List;

/**
 * A source on this machine as arguments of a process that captures it.
 *
 * @param kind {@value #POSTGRES}, {@value #SQL_SERVER_STAND_IN} or the name of a {@link Flavor}
 * @param tables with commas between
 * @param gtids whether positions are sets of transactions; of MySQL and MariaDB
 */
public record SourceArguments(String kind, int port, String database, String tables, boolean gtids) {

    /** The user of MySQL and MariaDB, whom the test creates. */
    public static final String USER = "cdc";

    public static final String PASSWORD = "secret";

    private static final String POSTGRES = "postgres";
    private static final String SQL_SERVER_STAND_IN = "sqlserver-stand-in";
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    public static SourceArguments postgres(int port, String database, List<String> tables) {
        return new SourceArguments(POSTGRES, port, database, String.join(",", tables), false);
    }

    public static SourceArguments mysql(Flavor flavor, int port, String database, List<String> tables, boolean gtids) {
        return new SourceArguments(flavor.name(), port, database, String.join(",", tables), gtids);
    }

    /** The stand-in for SQL Server. */
    public static SourceArguments sqlServerStandIn(int port, String database, List<String> tables) {
        return new SourceArguments(SQL_SERVER_STAND_IN, port, database, String.join(",", tables), false);
    }

    /** The reverse of {@link #toList}. */
    public static SourceArguments of(List<String> arguments) {
        return new SourceArguments(
                arguments.get(0),
                Integer.parseInt(arguments.get(1)),
                arguments.get(2),
                arguments.get(3),
                Boolean.parseBoolean(arguments.get(4)));
    }

    public List<String> toList() {
        return List.of(kind, Integer.toString(port), database, tables, Boolean.toString(gtids));
    }

    /** A connector to it, of the source {@code shop}. */
    public SourceConnector connector() {
        TableFilter filter = TableFilter.of(tables.split(","));
        if (kind.equals(POSTGRES)) {
            return new PostgresConnector(PostgresOptions.builder("shop")
                    .host("127.0.0.1")
                    .port(port)
                    .database(database)
                    .credentials(() -> new Credentials(PostgresServer.SUPERUSER, null))
                    .replicationSlotName("cdc_" + database)
                    .publicationName("cdc_" + database)
                    .tables(filter)
                    .connTimeout(TIMEOUT)
                    .transport(Transport.plaintext())
                    .build());
        }
        if (kind.equals(SQL_SERVER_STAND_IN)) {
            return new SqlServerConnector(
                    SqlServerOptions.builder("shop")
                            .host("127.0.0.1")
                            .port(port)
                            .database(database)
                            .credentials(() -> new Credentials("sa", null))
                            .tables(filter)
                            .streamPollInterval(Duration.ofMillis(20))
                            .connTimeout(TIMEOUT)
                            .transport(Transport.plaintext())
                            .build(),
                    SqlServerStandIn.connections(port, database));
        }
        return new MySqlConnector(MySqlOptions.builder(Flavor.valueOf(kind), "shop")
                .host("127.0.0.1")
                .port(port)
                .database(database)
                .credentials(() -> new Credentials(USER, PASSWORD))
                .serverId(7_000)
                .gtidModeEnabled(gtids)
                .tables(filter)
                .connTimeout(TIMEOUT)
                .transport(Transport.plaintext())
                .build());
    }
}
