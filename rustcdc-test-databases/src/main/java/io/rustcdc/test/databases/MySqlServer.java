package io.rustcdc.test.databases;

import io.rustcdc.source.mysql.Flavor;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A real MySQL or MariaDB server, set up for row based replication with GTIDs, that can be stopped, killed and started again
 * on the same data and port. It is embedded by default; with {@code -Drustcdc.test.mysql=<tag>} (8.0, 8.4, 9) or
 * {@code -Drustcdc.test.mariadb=<tag>} (10.6, 10.11, 11.4) it is that image of the official container, which needs Docker.
 *
 * <p>The superuser is {@value #SUPERUSER} without a password, in the time zone +05:30. The server ends with the JVM at the
 * latest, also when that is killed. Thread-safe.
 */
public final class MySqlServer implements AutoCloseable {

    public static final String SUPERUSER = "root";

    private static final Map<Flavor, MySqlServer> shared = new ConcurrentHashMap<>();
    private static final AtomicInteger serverIds = new AtomicInteger();
    private static final AtomicInteger databases = new AtomicInteger();
    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+).*");

    private final Flavor flavor;
    private final MySqlProcess process;
    private @Nullable MySqlReplication replication;

    private MySqlServer(Flavor flavor, MySqlProcess process) {
        this.flavor = flavor;
        this.process = process;
    }

    /** The server of this kind that all tests of this JVM share; nobody may stop it or change its settings. */
    public static MySqlServer shared(Flavor flavor) {
        return shared.computeIfAbsent(flavor, kind -> builder(kind).start());
    }

    /** Whether servers are embedded, so that they see the files and the loopback address of this machine. */
    public static boolean isEmbedded(Flavor flavor) {
        return ContainerImage.tag(flavor).isEmpty();
    }

    /** Ends the embedded server that a dead process left behind in a data directory; its port is free then. */
    public static void endOrphan(Path dataDirectory) {
        new MySqlDataDirectory(dataDirectory).endOrphan();
    }

    public static Builder builder(Flavor flavor) {
        return new Builder(flavor);
    }

    public Flavor flavor() {
        return flavor;
    }

    public String host() {
        return MySqlProcess.HOST;
    }

    public int port() {
        return process.port();
    }

    /** The version as one number, such as 80033 for 8.0.33 and 110405 for 11.4.5. */
    public int version() {
        String version = String.valueOf(database("mysql").value("SELECT VERSION()"));
        Matcher parts = VERSION.matcher(version);
        if (!parts.matches()) {
            throw new IllegalStateException("Expected a version such as 8.0.33, found '" + version + "'");
        }
        return (Integer.parseInt(parts.group(1)) * 100 + Integer.parseInt(parts.group(2))) * 100
                + Integer.parseInt(parts.group(3));
    }

    /** Where the data and {@code error.log} are. Embedded only. */
    public Path dataDirectory() {
        return process.dataDirectory();
    }

    /** A new, empty database; to be closed by the test, which drops it. */
    public MySqlDatabase createDatabase() {
        String name = "test_" + ProcessHandle.current().pid() + "_" + databases.incrementAndGet();
        database("mysql").sql("CREATE DATABASE " + name);
        return database(name);
    }

    /** A database that exists, such as {@code mysql}. */
    public MySqlDatabase database(String name) {
        return new MySqlDatabase(this, name);
    }

    /** Creates the user of a source, or gives it this password, with the plugin for passwords that is the server's default. */
    public void createCdcUser(String name, String password) {
        createCdcUser(name, password, flavor == Flavor.MYSQL ? "caching_sha2_password" : "mysql_native_password");
    }

    /** Creates the user of a source with the rights that it needs and no other. */
    public void createCdcUser(String name, String password, String plugin) {
        createUser(name, password, plugin);
        database("mysql")
                .sql("GRANT SELECT, REPLICATION CLIENT, REPLICATION SLAVE%s ON *.* TO '%s'@'%%'"
                        .formatted(flavor == Flavor.MYSQL ? "" : ", SLAVE MONITOR", name));
    }

    /** Creates a user without any rights, or gives it this password and plugin, which the server must have. */
    public void createUser(String name, String password, String plugin) {
        String secret = password.replace("\\", "\\\\").replace("'", "''");
        database("mysql")
                .sql(
                        "CREATE USER IF NOT EXISTS '%s'@'%%'".formatted(name),
                        (flavor == Flavor.MYSQL
                                        ? "ALTER USER '%s'@'%%' IDENTIFIED WITH %s BY '%s'"
                                        : "ALTER USER '%s'@'%%' IDENTIFIED VIA %s USING PASSWORD('%s')")
                                .formatted(name, plugin, secret));
    }

    /** The end of the binary log. */
    public BinlogStatus binlogStatus() {
        MySqlDatabase mysql = database("mysql");
        boolean renamed = flavor == Flavor.MYSQL && version() >= 80400;
        List<@Nullable Object> row = mysql.query(renamed ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS")
                .get(0);
        String gtids = mysql.value("SELECT @@global." + (flavor == Flavor.MYSQL ? "gtid_executed" : "gtid_binlog_pos"));
        return new BinlogStatus(
                String.valueOf(row.get(0)),
                Long.parseLong(String.valueOf(row.get(1))),
                gtids == null ? "" : gtids.replace("\n", ""));
    }

    /**
     * The settings of a replica of this server, which must still have all its binary logs. It does not take the writes of
     * ordinary users until {@link #promote()}. Embedded only.
     */
    public Builder replica() {
        Builder builder = new Builder(flavor);
        builder.primary = this;
        return builder;
    }

    /** Waits until this replica has applied all that its primary has now. */
    public void awaitCaughtUp() {
        replication().awaitCaughtUp();
    }

    /** Turns a replica into a primary; returns when it takes writes. What it had not applied is lost: wait before. */
    public void promote() {
        replication().end();
        replication = null;
    }

    /** Ends the server in order; it can be started again. */
    public void stop() {
        process.stop();
    }

    /** Ends the server as a power cut would, as far as a process can. */
    public void kill() {
        process.kill();
    }

    /** Starts the stopped or killed server on its data and its port. */
    public void start() {
        process.start();
    }

    public void restart() {
        stop();
        start();
    }

    /** Halts the server: its connections stay open and silent until {@link #thaw()}. */
    public void freeze() {
        process.freeze();
    }

    public void thaw() {
        process.thaw();
    }

    /** Ends the server and deletes its data, unless the caller chose the data directory. */
    @Override
    public void close() {
        process.close();
    }

    Connection connect(String database, String user, String password, Map<String, String> properties)
            throws SQLException {
        Properties all = new Properties();
        all.setProperty("user", user);
        all.setProperty("password", password);
        all.setProperty("allowPublicKeyRetrieval", "true");
        all.setProperty("allowMultiQueries", "true");
        all.putAll(properties);
        return DriverManager.getConnection("jdbc:mariadb://" + host() + ":" + port() + "/" + database, all);
    }

    private MySqlReplication replication() {
        if (replication == null) {
            throw new IllegalStateException("The server on port " + port() + " is no replica");
        }
        return replication;
    }

    /** The settings of a server. */
    public static final class Builder {

        private final Flavor flavor;
        private final List<String> options = new ArrayList<>();
        private MySqlSettings.@Nullable Tls tls;
        private @Nullable Path dataDirectory;
        private int port;
        private boolean shutdownHook = true;
        private @Nullable MySqlServer primary;

        private Builder(Flavor flavor) {
            this.flavor = flavor;
            options.addAll(MySqlSettings.defaults(flavor, serverIds.incrementAndGet()));
        }

        /** Options of the server without the dashes, such as {@code "gtid-mode=OFF"}; the last one of a name counts. */
        public Builder options(String... more) {
            for (String option : more) {
                options.add("--" + option);
            }
            return this;
        }

        /** Offers TLS with these PEM files. By default MySQL does with certificates of its own, and MariaDB does not. */
        public Builder tls(Path authority, Path certificate, Path key) {
            tls = new MySqlSettings.Tls(authority, certificate, key);
            return this;
        }

        /** Where the data is kept, also after {@link MySqlServer#close()}. Embedded only. */
        public Builder dataDirectory(Path directory) {
            dataDirectory = directory;
            return this;
        }

        /** A fixed port; a free one by default. */
        public Builder port(int port) {
            this.port = port;
            return this;
        }

        /** Leaves it to the caller to close the server before the JVM ends; the end of the JVM still kills it. Embedded only. */
        public Builder withoutShutdownHook() {
            shutdownHook = false;
            return this;
        }

        /** Starts the server; a server that a dead process left behind in the data directory is ended first. */
        public MySqlServer start() {
            MySqlSettings settings = new MySqlSettings(flavor, options, tls, dataDirectory, port);
            if (!isEmbedded(flavor) && (dataDirectory != null || primary != null)) {
                throw new IllegalStateException(
                        "A data directory of its own, or a replica, is for the embedded server only: run without -D%s=%s"
                                .formatted(ContainerImage.property(flavor), ContainerImage.tag(flavor)));
            }
            MySqlProcess process =
                    isEmbedded(flavor) ? new EmbeddedMySqlProcess(settings) : new ContainerMySqlProcess(settings);
            MySqlServer server = new MySqlServer(flavor, process);
            if (shutdownHook) {
                Runtime.getRuntime().addShutdownHook(new Thread(server::close, "mysql-server-close"));
            }
            try {
                server.start();
                if (primary != null) {
                    server.replication = new MySqlReplication(primary, server);
                    server.replication.begin();
                }
            } catch (RuntimeException e) {
                server.close();
                throw e;
            }
            return server;
        }
    }
}
