package io.rustcdc.test.databases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PostgresServerTests {

    @Test
    void sharedServerIsReadyForLogicalReplication() {
        try (PostgresDatabase database = PostgresServer.shared().createDatabase()) {
            assertThat(database.value("SHOW wal_level")).isEqualTo("logical");
            assertThat(database.value("SHOW fsync")).isEqualTo("on");
            assertThat(database.value("SHOW synchronous_commit")).isEqualTo("on");
            assertThat(database.value(
                            "SELECT pg_create_logical_replication_slot('s_' || pg_backend_pid(), 'pgoutput')"))
                    .isNotNull();
        }
    }

    @Test
    @DisplayName("The server has the version that the profile or the property asked for")
    void serverHasTheVersionThatWasAskedFor() {
        String wanted = PostgresServer.isEmbedded()
                ? System.getProperty("rustcdc.test.embedded")
                : System.getProperty(PostgresServer.IMAGE_PROPERTY);
        assumeThat(wanted).as("the version that the build sets").isNotNull();

        assertThat(PostgresServer.shared().version()).isEqualTo(Integer.parseInt(wanted.split("\\D", 2)[0]));
    }

    @Test
    void dataAndPortSurviveStopAndKill() {
        try (PostgresServer server = PostgresServer.builder().start()) {
            PostgresDatabase database = server.createDatabase();
            database.sql("CREATE TABLE t (id int)", "INSERT INTO t VALUES (1)");
            int port = server.port();

            server.stop();
            server.start();
            database.sql("INSERT INTO t VALUES (2)");
            server.kill();
            assertThatThrownBy(database::connect).isInstanceOf(IllegalStateException.class);
            server.start();

            assertThat(server.port()).isEqualTo(port);
            assertThat(database.value("SELECT count(*) FROM t")).isEqualTo("2");
        }
    }

    @Test
    void accessRulesAskForThePassword() {
        try (PostgresServer server = PostgresServer.builder().start()) {
            server.createRole("app", "secret", "LOGIN");
            server.accessRules("host all all all scram-sha-256");
            PostgresDatabase database = server.database("postgres");

            assertThat(database.value("SELECT 1")).isEqualTo("1");
            assertThatThrownBy(() -> database.connect("app", "wrong"))
                    .hasRootCauseInstanceOf(SQLException.class)
                    .rootCause()
                    .hasMessageContaining("password authentication failed");
        }
    }

    @Test
    void proxyCutsAndHoldsConnections() throws SQLException {
        try (PostgresDatabase database = PostgresServer.shared().createDatabase();
                TcpProxy proxy = TcpProxy.to(database.server().port());
                Connection connection = java.sql.DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/" + database.name(), "postgres", "")) {
            assertThat(connection.isValid(5)).isTrue();
            assertThat(proxy.openConnections()).isEqualTo(1);

            proxy.blackHole(true);
            assertThat(connection.isValid(1)).isFalse();
            proxy.cut();

            Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> proxy.openConnections() == 0);
        }
    }
}
