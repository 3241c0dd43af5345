package io.rustcdc.spring.secret;

import io.rustcdc.source.mysql.Flavor;
import io.rustcdc.test.databases.MySqlDatabase;
import io.rustcdc.test.databases.MySqlServer;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A table {@code orders (id)} on a server that asks everybody for a password, seen by its administrator. */
interface GuardedDatabase extends AutoCloseable {

    /** As in {@code rustcdc.<type>}. */
    String type();

    /** The settings that lead to it, without user and password. */
    List<String> settings();

    String jdbcUrl();

    /** Creates a user that may capture, or gives it this password. */
    void setPassword(String user, String password);

    /** Refuses the user from now on; its connections go on. */
    void disable(String user);

    void endSessions(String user);

    /** The users of the connections that read changes. */
    List<String> readers();

    void insert(int id);

    @Override
    void close();

    /** On a server of its own. */
    final class OnPostgres implements GuardedDatabase {

        private final PostgresServer server = PostgresServer.builder().start();
        private final PostgresDatabase database = server.createDatabase();

        OnPostgres() {
            server.accessRules("host all all all scram-sha-256");
            database.sql("CREATE TABLE orders (id int PRIMARY KEY)");
        }

        @Override
        public String type() {
            return "postgres";
        }

        @Override
        public List<String> settings() {
            return List.of(
                    "host=" + server.host(),
                    "port=" + server.port(),
                    "database=" + database.name(),
                    "tables=public.orders");
        }

        @Override
        public String jdbcUrl() {
            return database.jdbcUrl();
        }

        @Override
        public void setPassword(String user, String password) {
            server.createRole(user, password, "LOGIN REPLICATION SUPERUSER");
        }

        @Override
        public void disable(String user) {
            database.sql("ALTER ROLE %s WITH PASSWORD NULL".formatted(user));
        }

        @Override
        public void endSessions(String user) {
            database.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '%s'".formatted(user));
        }

        @Override
        public List<String> readers() {
            return database.query("SELECT usename FROM pg_stat_replication").stream()
                    .map(row -> String.valueOf(row.get(0)))
                    .toList();
        }

        @Override
        public void insert(int id) {
            database.sql("INSERT INTO orders VALUES (%d)".formatted(id));
        }

        @Override
        public void close() {
            server.close();
        }
    }

    /** On the shared server: users have passwords there by themselves. */
    final class OnMySql implements GuardedDatabase {

        private static final AtomicInteger SERVER_IDS = new AtomicInteger(471_100);

        private final Flavor flavor;
        private final MySqlServer server;
        private final MySqlDatabase database;

        OnMySql(Flavor flavor) {
            this.flavor = flavor;
            this.server = MySqlServer.shared(flavor);
            this.database = server.createDatabase();
            database.sql("CREATE TABLE orders (id int PRIMARY KEY)");
        }

        @Override
        public String type() {
            return flavor.type();
        }

        @Override
        public List<String> settings() {
            return List.of(
                    "host=" + server.host(),
                    "port=" + server.port(),
                    "database=" + database.name(),
                    "server-id=" + SERVER_IDS.incrementAndGet(),
                    "allow-public-key-retrieval=" + (flavor == Flavor.MYSQL),
                    "tables=" + database.name() + ".orders");
        }

        @Override
        public String jdbcUrl() {
            return database.jdbcUrl();
        }

        @Override
        public void setPassword(String user, String password) {
            server.createCdcUser(user, password);
        }

        @Override
        public void disable(String user) {
            database.sql("DROP USER '%s'@'%%'".formatted(user));
        }

        @Override
        public void endSessions(String user) {
            for (List<?> session :
                    database.query("SELECT id FROM information_schema.processlist WHERE user = '%s'".formatted(user))) {
                try {
                    database.sql("KILL " + session.get(0));
                } catch (IllegalStateException e) {
                    // It ended by itself meanwhile.
                }
            }
        }

        @Override
        public List<String> readers() {
            return database
                    .query("SELECT user FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%'")
                    .stream()
                    .map(row -> String.valueOf(row.get(0)))
                    .toList();
        }

        @Override
        public void insert(int id) {
            database.sql("INSERT INTO orders VALUES (%d)".formatted(id));
        }

        @Override
        public void close() {
            database.close();
        }
    }
}
