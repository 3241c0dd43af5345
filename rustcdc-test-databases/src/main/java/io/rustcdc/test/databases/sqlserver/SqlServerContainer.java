package io.rustcdc.test.databases.sqlserver;

import com.microsoft.sqlserver.jdbc.SQLServerDriver;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.mssqlserver.MSSQLServerContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A database of the real SQL Server in a container, chosen by {@code -Drustcdc.test.sqlserver=<version>} (2019, 2022, 2025), which
 * needs Docker. The container is one for all tests of the JVM. Thread-safe.
 */
public final class SqlServerContainer implements SqlServerDatabase {

    private static final String PROPERTY = "rustcdc.test.sqlserver";
    private static final String PASSWORD = "A_Str0ng_Required_Password";
    private static final AtomicInteger databases = new AtomicInteger();

    private static @Nullable MSSQLServerContainer shared;

    private final String name = "shop" + ProcessHandle.current().pid() + "_" + databases.incrementAndGet();

    private SqlServerContainer() {
        execute("master", "CREATE DATABASE " + name);
        execute(
                name,
                "ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION ON",
                "EXEC sys.sp_cdc_enable_db",
                // The job that is created with the first table polls as often as it can.
                "CREATE TABLE dbo.rustcdc_first (id int PRIMARY KEY)",
                "EXEC sys.sp_cdc_enable_table @source_schema = N'dbo', @source_name = N'rustcdc_first', @role_name ="
                        + " NULL",
                "EXEC sys.sp_cdc_change_job @job_type = N'capture', @pollinginterval = 0",
                "EXEC sys.sp_cdc_disable_table @source_schema = N'dbo', @source_name = N'rustcdc_first',"
                        + " @capture_instance = N'all'",
                "DROP TABLE dbo.rustcdc_first");
        stopCapture();
        startCapture();
    }

    /** Why there is none to be had; null if there is one. */
    public static @Nullable String missing() {
        if (version().isEmpty()) {
            return "No SQL Server: its tests need Docker and -D%s=2022 (or 2019, 2025); the stand-in proves nothing about the server"
                    .formatted(PROPERTY);
        }
        return DockerClientFactory.instance().isDockerAvailable()
                ? null
                : "No SQL Server %s: no Docker answers here".formatted(version());
    }

    private static String version() {
        return System.getProperty(PROPERTY, "").strip();
    }

    /** A new database that is enabled for change data capture. */
    public static SqlServerContainer start() {
        container();
        return new SqlServerContainer();
    }

    private static synchronized MSSQLServerContainer container() {
        if (shared == null) {
            String tag = version().contains("-") ? version() : version() + "-latest";
            MSSQLServerContainer container = new MSSQLServerContainer(
                            DockerImageName.parse("mcr.microsoft.com/mssql/server")
                                    .withTag(tag))
                    .acceptLicense()
                    .withPassword(PASSWORD)
                    .withEnv("MSSQL_AGENT_ENABLED", "true")
                    .withEnv("TZ", "Asia/Kolkata");
            container.start();
            shared = container;
        }
        return shared;
    }

    public String host() {
        return container().getHost();
    }

    public int port() {
        return container().getMappedPort(MSSQLServerContainer.MS_SQL_SERVER_PORT);
    }

    public String user() {
        return "sa";
    }

    public String password() {
        return PASSWORD;
    }

    @Override
    public boolean isStandIn() {
        return false;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Connection connect() {
        return connect(name);
    }

    private Connection connect(String database) {
        Properties properties = new Properties();
        properties.setProperty("user", user());
        properties.setProperty("password", password());
        properties.setProperty("databaseName", database);
        properties.setProperty("encrypt", "true");
        properties.setProperty("trustServerCertificate", "true");
        String url = "jdbc:sqlserver://%s:%d".formatted(host(), port());
        try {
            return Objects.requireNonNull(new SQLServerDriver().connect(url, properties));
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot connect to " + url, e);
        }
    }

    private void execute(String database, String... statements) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot run " + String.join("; ", statements), e);
        }
    }

    @Override
    public void sql(String... statements) {
        execute(name, statements);
    }

    @Override
    public void transaction(String... statements) {
        try (SqlServerTransaction transaction = begin()) {
            transaction.sql(statements);
            transaction.commit();
        }
    }

    @Override
    public SqlServerTransaction begin() {
        return new ContainerTransaction(connect());
    }

    @Override
    public List<List<@Nullable Object>> query(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<List<@Nullable Object>> rows = new ArrayList<>();
            while (result.next()) {
                List<@Nullable Object> row = new ArrayList<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    row.add(result.getObject(i));
                }
                rows.add(row);
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot run " + sql, e);
        }
    }

    /** A change of a table of ours is captured when all that was committed before it is. */
    @Override
    public void capture() {
        boolean running = isCapturing();
        if (running) {
            stopCapture();
        }
        sql("EXEC sys.sp_cdc_scan @maxscans = 100, @continuous = 0");
        if (running) {
            startCapture();
        }
    }

    private boolean isCapturing() {
        return !query("SELECT 1 FROM msdb.dbo.sysjobactivity a JOIN msdb.dbo.cdc_jobs j ON j.job_id = a.job_id WHERE"
                        + " j.database_id = DB_ID() AND j.job_type = N'capture' AND a.start_execution_date IS NOT"
                        + " NULL AND a.stop_execution_date IS NULL AND a.session_id = (SELECT MAX(session_id) FROM"
                        + " msdb.dbo.syssessions)")
                .isEmpty();
    }

    @Override
    public void stopCapture() {
        sql("EXEC sys.sp_cdc_stop_job @job_type = N'capture'");
        Awaitility.await().atMost(patience()).until(() -> !isCapturing());
    }

    @Override
    public void startCapture() {
        sql("EXEC sys.sp_cdc_start_job @job_type = N'capture'");
        Awaitility.await().atMost(patience()).until(this::isCapturing);
    }

    @Override
    public void cleanUp(String instance) {
        capture();
        byte[] newest = (byte[]) Objects.requireNonNull(value("SELECT sys.fn_cdc_get_max_lsn()"));
        sql("EXEC sys.sp_cdc_cleanup_change_table @capture_instance = N'%s', @low_water_mark = 0x%s"
                .formatted(instance, HexFormat.of().formatHex(newest)));
    }

    @Override
    public Duration patience() {
        return Duration.ofSeconds(90);
    }

    @Override
    public void close() {
        execute(
                "master",
                "ALTER DATABASE %s SET SINGLE_USER WITH ROLLBACK IMMEDIATE".formatted(name),
                "DROP DATABASE " + name);
    }

    private record ContainerTransaction(Connection connection) implements SqlServerTransaction {

        private ContainerTransaction {
            try {
                connection.setAutoCommit(false);
            } catch (SQLException e) {
                throw new IllegalStateException("Cannot begin a transaction", e);
            }
        }

        @Override
        public void sql(String... statements) {
            try (Statement statement = connection.createStatement()) {
                for (String sql : statements) {
                    statement.execute(sql);
                }
            } catch (SQLException e) {
                throw new IllegalStateException("Cannot run " + String.join("; ", statements), e);
            }
        }

        @Override
        public void commit() {
            try {
                connection.commit();
            } catch (SQLException e) {
                throw new IllegalStateException("Cannot commit", e);
            }
        }

        @Override
        public void close() {
            try (connection) {
                connection.rollback();
            } catch (SQLException e) {
                throw new IllegalStateException("Cannot end a transaction", e);
            }
        }
    }
}
