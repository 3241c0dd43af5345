package io.rustcdc.spring.transaction;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.rustcdc.checkpoint.jdbc.JdbcOptions;
import io.rustcdc.checkpoint.jdbc.JdbcTables;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.Transport;
import io.rustcdc.source.mysql.Flavor;
import io.rustcdc.source.mysql.MySqlConnector;
import io.rustcdc.source.mysql.MySqlOptions;
import io.rustcdc.source.postgres.PostgresConnector;
import io.rustcdc.source.postgres.PostgresOptions;
import io.rustcdc.test.databases.MySqlDatabase;
import io.rustcdc.test.databases.MySqlServer;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Accounts that change, and in the same database the tally of their changes and the checkpoints. */
final class TallyDatabase implements AutoCloseable {

    static final int ACCOUNTS = 50;

    private final Place place;
    private final AutoCloseable server;
    private final DataSource dataSource;
    private final JdbcTemplate jdbc;

    /**
     * How a process finds it.
     *
     * @param kind postgres, or the name of a {@link Flavor}
     */
    record Place(String kind, int port, String database, String url) {

        static Place of(List<String> arguments) {
            return new Place(arguments.get(0), Integer.parseInt(arguments.get(1)), arguments.get(2), arguments.get(3));
        }

        List<String> toList() {
            return List.of(kind, Integer.toString(port), database, url);
        }

        private boolean isPostgres() {
            return kind.equals("postgres");
        }

        DataSource dataSource() {
            return new DriverManagerDataSource(
                    url, isPostgres() ? PostgresServer.SUPERUSER : MySqlServer.SUPERUSER, "");
        }

        DataSource pool() {
            HikariConfig config = new HikariConfig();
            config.setJdbcUrl(url);
            config.setUsername(isPostgres() ? PostgresServer.SUPERUSER : MySqlServer.SUPERUSER);
            config.setPassword("");
            config.setMaximumPoolSize(3);
            config.setMinimumIdle(1);
            return new HikariDataSource(config);
        }

        SourceConnector connector() {
            TableFilter tables = TableFilter.of(isPostgres() ? "public.accounts" : database + ".accounts");
            if (isPostgres()) {
                return new PostgresConnector(PostgresOptions.builder("shop")
                        .host("127.0.0.1")
                        .port(port)
                        .database(database)
                        .credentials(() -> new Credentials(PostgresServer.SUPERUSER, null))
                        .replicationSlotName("cdc_" + database)
                        .publicationName("cdc_" + database)
                        .transport(Transport.plaintext())
                        .tables(tables)
                        .build());
            }
            return new MySqlConnector(MySqlOptions.builder(Flavor.valueOf(kind), "shop")
                    .host("127.0.0.1")
                    .port(port)
                    .database(database)
                    .serverId(4711)
                    .transport(Transport.plaintext())
                    .credentials(() -> new Credentials("cdc", "secret"))
                    .tables(tables)
                    .build());
        }
    }

    private TallyDatabase(Place place, AutoCloseable server) throws SQLException {
        this.place = place;
        this.server = server;
        this.dataSource = place.pool();
        this.jdbc = new JdbcTemplate(dataSource);
        jdbc.execute("CREATE TABLE accounts (id int PRIMARY KEY, version bigint NOT NULL, balance bigint NOT NULL)");
        jdbc.execute("CREATE TABLE tally (id int PRIMARY KEY, changes bigint NOT NULL, balance bigint NOT NULL)");
        if (place.isPostgres()) {
            jdbc.execute("ALTER TABLE accounts REPLICA IDENTITY FULL");
        }
        for (int id = 0; id < ACCOUNTS; id++) {
            jdbc.update("INSERT INTO accounts VALUES (?, 0, 0)", id);
            jdbc.update("INSERT INTO tally VALUES (?, 0, 0)", id);
        }
        JdbcTables.create(dataSource, JdbcOptions.ofDefaults());
    }

    static TallyDatabase postgres() throws SQLException {
        PostgresServer server = PostgresServer.builder().setting("fsync", "off").start();
        PostgresDatabase database = server.createDatabase();
        return new TallyDatabase(new Place("postgres", server.port(), database.name(), database.jdbcUrl()), server);
    }

    static TallyDatabase mysql() throws SQLException {
        MySqlServer server = MySqlServer.builder(Flavor.MYSQL).start();
        server.createCdcUser("cdc", "secret");
        MySqlDatabase database = server.createDatabase();
        return new TallyDatabase(
                new Place(
                        Flavor.MYSQL.name(),
                        server.port(),
                        database.name(),
                        database.jdbcUrl() + "?allowPublicKeyRetrieval=true"),
                server);
    }

    Place place() {
        return place;
    }

    DataSource dataSource() {
        return dataSource;
    }

    JdbcTemplate jdbc() {
        return jdbc;
    }

    /** One transaction that changes some accounts, or is rolled back. */
    void write(Random random) {
        TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        transaction.executeWithoutResult(status -> {
            int first = random.nextInt(ACCOUNTS);
            int count = 1 + random.nextInt(random.nextInt(8) == 0 ? 40 : 4);
            for (int i = 0; i < count; i++) {
                jdbc.update(
                        "UPDATE accounts SET version = version + 1, balance = balance + ? WHERE id = ?",
                        random.nextInt(1000) - 500,
                        Math.min(ACCOUNTS - 1, first + i % 10));
            }
            if (random.nextInt(20) == 0) {
                status.setRollbackOnly();
            }
        });
    }

    long changes() {
        return sum("SELECT SUM(version) FROM accounts");
    }

    long tallied() {
        return sum("SELECT SUM(changes) FROM tally");
    }

    private long sum(String sql) {
        Long sum = jdbc.queryForObject(sql, Long.class);
        return sum == null ? 0 : sum;
    }

    /** Accounts of which more changes were added up than there were. */
    long overcounted() {
        return sum("SELECT COUNT(*) FROM tally t JOIN accounts a ON a.id = t.id WHERE t.changes > a.version");
    }

    List<String> source() {
        return rows("SELECT id, version, balance FROM accounts ORDER BY id");
    }

    List<String> target() {
        return rows("SELECT id, changes, balance FROM tally ORDER BY id");
    }

    private List<String> rows(String sql) {
        return jdbc.query(sql, (row, number) -> row.getString(1) + ":" + row.getString(2) + ":" + row.getString(3));
    }

    @Override
    public void close() throws Exception {
        ((HikariDataSource) dataSource).close();
        server.close();
    }
}
