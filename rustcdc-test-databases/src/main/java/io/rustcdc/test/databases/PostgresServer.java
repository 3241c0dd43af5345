package io.rustcdc.test.databases;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL server, set up for logical replication, that can be stopped, killed and started again on the same data
 * and port. It is embedded by default; with {@code -Drustcdc.test.postgres=<tag>} (14 to 18) it is that image of the
 * official container, which needs Docker.
 *
 * <p>The superuser is {@value #SUPERUSER} without a password. The server ends with the JVM at the latest. Thread-safe.
 */
public final class PostgresServer implements AutoCloseable {

    public static final String SUPERUSER = "postgres";

    /** Names the image tag to use instead of the embedded server. */
    public static final String IMAGE_PROPERTY = "rustcdc.test.postgres";

    private static final AtomicInteger databases = new AtomicInteger();

    private final PostgresProcess process;

    private PostgresServer(PostgresProcess process) {
        this.process = process;
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "postgres-server-close"));
    }

    /** The server that all tests of this JVM share; nobody may stop it or change its settings. */
    public static PostgresServer shared() {
        return Shared.SERVER;
    }

    /** Whether servers are embedded, so that they see the files and the loopback address of this machine. */
    public static boolean isEmbedded() {
        return System.getProperty(IMAGE_PROPERTY, "").isBlank();
    }

    public static Builder builder() {
        return new Builder();
    }

    public String host() {
        return "127.0.0.1";
    }

    public int port() {
        return process.port();
    }

    /** The major version, such as 17. */
    public int version() {
        return Integer.parseInt(String.valueOf(database("postgres").value("SHOW server_version_num"))) / 10_000;
    }

    /** A new, empty database; to be closed by the test, which drops it with its replication slots. */
    public PostgresDatabase createDatabase() {
        String name = "test_" + ProcessHandle.current().pid() + "_" + databases.incrementAndGet();
        administer("CREATE DATABASE " + name);
        return new PostgresDatabase(this, name);
    }

    /** A database that exists, such as {@code postgres}. */
    public PostgresDatabase database(String name) {
        return new PostgresDatabase(this, name);
    }

    /** Creates a role if it does not exist, for instance with {@code "LOGIN REPLICATION"}. */
    public void createRole(String name, @Nullable String password, String attributes) {
        String secret = password == null ? "" : " PASSWORD '" + password.replace("'", "''") + "'";
        administer("""
                DO $$BEGIN
                  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '%s') THEN CREATE ROLE %s; END IF;
                END$$;
                ALTER ROLE %s WITH %s%s;
                """.formatted(name, name, name, attributes, secret));
    }

    /**
     * Replaces {@code pg_hba.conf} by these lines, which apply to new connections. The superuser keeps its free access
     * over the loopback address.
     */
    public void accessRules(String... lines) {
        String superuser = "host all " + SUPERUSER + " all trust\nhost replication " + SUPERUSER + " all trust\n";
        String rules = superuser + String.join("\n", lines);
        StringBuilder rows = new StringBuilder();
        rules.lines()
                .forEach(line -> rows.append(rows.isEmpty() ? "" : ", ")
                        .append("('")
                        .append(line.replace("'", "''"))
                        .append("')"));
        administer("""
                DO $do$BEGIN
                  EXECUTE format('COPY (SELECT line FROM (VALUES %s) rules(line)) TO %%L', current_setting('hba_file'));
                END$do$;
                SELECT pg_reload_conf();
                """.formatted(rows.toString().replace("'", "''")));
    }

    /**
     * The settings of a physical standby of this server: a copy of its data that follows it by streaming, through a physical
     * slot that is created for it. On PostgreSQL 17 and later it keeps copies of failover slots. It waits for its primary for
     * ever until {@link #promote()}. Embedded only.
     */
    public Builder standby(String slotName) {
        Builder builder = new Builder();
        builder.backup = new BaseBackup(this, slotName);
        return builder;
    }

    /** Turns a standby into a primary, on a new timeline; returns when it takes writes. */
    public void promote() {
        if (!"true".equals(database("postgres").value("SELECT pg_promote(true, 60)::text"))) {
            throw new IllegalStateException("The server on port " + port() + " was not promoted within 60 s");
        }
    }

    /** Ends the server in order, ending its sessions; it can be started again. */
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

    /** Ends the server and deletes its data, unless the caller chose the data directory. Never throws. */
    @Override
    public void close() {
        process.close();
    }

    Connection connect(String database, Properties properties) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://" + host() + ":" + port() + "/" + database, properties);
    }

    private void administer(String sql) {
        database("postgres").sql(sql);
    }

    private static final class Shared {

        private static final PostgresServer SERVER = builder().start();
    }

    /** The settings of a server. */
    public static final class Builder {

        private final Map<String, String> settings = new LinkedHashMap<>();
        private @Nullable Path dataDirectory;
        private int port;
        private @Nullable BaseBackup backup;

        private Builder() {
            settings.put("wal_level", "logical");
            settings.put("max_replication_slots", "20");
            settings.put("max_wal_senders", "20");
            settings.put("fsync", "on");
            settings.put("synchronous_commit", "on");
        }

        /** A setting of {@code postgresql.conf}. */
        public Builder setting(String name, String value) {
            settings.put(name, value);
            return this;
        }

        /** Leaves a setting to the server's own default and to {@code ALTER SYSTEM}, which does not overrule the others. */
        public Builder unset(String name) {
            settings.remove(name);
            return this;
        }

        /** Where the data is kept, also after {@link PostgresServer#close()}. Embedded only. */
        public Builder dataDirectory(Path directory) {
            dataDirectory = directory;
            return this;
        }

        /** A fixed port; a free one by default. */
        public Builder port(int port) {
            this.port = port;
            return this;
        }

        /** Starts the server; a server that a dead process left behind in the data directory is ended first. */
        public PostgresServer start() {
            String tag = System.getProperty(IMAGE_PROPERTY, "");
            PostgresProcess process;
            if (isEmbedded()) {
                EmbeddedPostgresProcess embedded = new EmbeddedPostgresProcess(settings, dataDirectory, port);
                if (backup != null) {
                    backup.take(embedded.dataDirectory());
                }
                process = embedded;
            } else if (dataDirectory == null && backup == null) {
                process = new ContainerPostgresProcess(tag, settings, port);
            } else {
                throw new IllegalStateException(
                        "A data directory of its own, or of a standby, is for the embedded server only: run without -D"
                                + IMAGE_PROPERTY + "=" + tag);
            }
            process.start();
            return new PostgresServer(process);
        }
    }
}
