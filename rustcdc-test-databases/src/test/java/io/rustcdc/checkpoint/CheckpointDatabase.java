package io.rustcdc.checkpoint;

import io.rustcdc.checkpoint.jdbc.JdbcCheckpoints;
import io.rustcdc.checkpoint.jdbc.JdbcOptions;
import io.rustcdc.checkpoint.jdbc.JdbcTables;
import io.rustcdc.source.mysql.Flavor;
import io.rustcdc.test.databases.MySqlDatabase;
import io.rustcdc.test.databases.MySqlServer;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.mariadb.jdbc.MariaDbDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** An empty database that can hold checkpoints. */
final class CheckpointDatabase implements AutoCloseable {

    private final DataSource dataSource;
    private final AutoCloseable database;

    private CheckpointDatabase(DataSource dataSource, AutoCloseable database) {
        this.dataSource = dataSource;
        this.database = database;
    }

    static CheckpointDatabase postgres() {
        PostgresDatabase database = PostgresServer.shared().createDatabase();
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(database.jdbcUrl());
        dataSource.setUser(PostgresServer.SUPERUSER);
        return new CheckpointDatabase(dataSource, database);
    }

    static CheckpointDatabase mysql(Flavor flavor) {
        MySqlDatabase database = MySqlServer.shared(flavor).createDatabase();
        try {
            MariaDbDataSource dataSource = new MariaDbDataSource(database.jdbcUrl() + "?allowPublicKeyRetrieval=true");
            dataSource.setUser(MySqlServer.SUPERUSER);
            dataSource.setPassword("");
            return new CheckpointDatabase(dataSource, database);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static CheckpointDatabase h2() {
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        return new CheckpointDatabase(dataSource, () -> {
            try (Connection connection = dataSource.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("SHUTDOWN");
            }
        });
    }

    DataSource dataSource() {
        return dataSource;
    }

    void createTables() {
        try {
            JdbcTables.create(dataSource, JdbcOptions.ofDefaults());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    JdbcCheckpoints instance(Duration lease) {
        return new JdbcCheckpoints(dataSource, new JdbcOptions(JdbcOptions.DEFAULT_TABLE_PREFIX, lease));
    }

    /** An instance whose saves can be cut; its lease cannot. */
    JdbcCheckpoints instance(CuttingDataSource saves, Duration lease) {
        return new JdbcCheckpoints(saves, dataSource, new JdbcOptions(JdbcOptions.DEFAULT_TABLE_PREFIX, lease));
    }

    void sql(String... statements) {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(String.join("; ", statements), e);
        }
    }

    String value(String sql) {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getString(1) : null;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    @Override
    public void close() throws Exception {
        database.close();
    }
}
