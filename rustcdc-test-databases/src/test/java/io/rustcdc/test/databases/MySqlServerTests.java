package io.rustcdc.test.databases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.rustcdc.source.mysql.Flavor;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MySqlServerTests {

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void sharedServerIsReadyForRowBasedReplication(Flavor flavor) {
        try (MySqlDatabase database = MySqlServer.shared(flavor).createDatabase()) {
            assertThat(database.value("SELECT @@binlog_format")).isEqualTo("ROW");
            assertThat(database.value("SELECT @@binlog_row_image")).isEqualTo("FULL");
            assertThat(database.value("SELECT @@sync_binlog")).isEqualTo("1");
            assertThat(database.value("SELECT @@time_zone")).isEqualTo("+05:30");
            assertThat(database.value("SELECT @@character_set_database")).isEqualTo("utf8mb4");
        }
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void serverHasTheVersionThatWasAskedFor(Flavor flavor) {
        String wanted = MySqlServer.isEmbedded(flavor)
                ? flavor == Flavor.MYSQL ? "8.0" : "11.4"
                : ContainerImage.tag(flavor) + ".";
        int version = MySqlServer.shared(flavor).version();

        assertThat("%d.%d.%d".formatted(version / 10_000, version / 100 % 100, version % 100))
                .startsWith(wanted);
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void binlogStatusMovesWithEachTransaction(Flavor flavor) {
        MySqlServer server = MySqlServer.shared(flavor);
        try (MySqlDatabase database = server.createDatabase()) {
            BinlogStatus before = server.binlogStatus();
            database.transaction("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
            BinlogStatus after = server.binlogStatus();

            assertThat(after.file()).isEqualTo(before.file()).startsWith("binlog.0");
            assertThat(after.position()).isGreaterThan(before.position());
            assertThat(after.gtids()).isNotEqualTo(before.gtids()).matches("[0-9a-f:,-]+");
        }
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void dataAndPortSurviveStopAndKill(Flavor flavor) {
        try (MySqlServer server = MySqlServer.builder(flavor).start()) {
            MySqlDatabase database = server.createDatabase();
            database.sql("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
            int port = server.port();

            server.restart();
            database.transaction("INSERT INTO t VALUES (2)", "INSERT INTO t VALUES (3)");
            server.kill();
            assertThatThrownBy(database::connect).isInstanceOf(IllegalStateException.class);
            server.start();

            assertThat(server.port()).isEqualTo(port);
            assertThat(database.value("SELECT count(*) FROM t")).isEqualTo("3");
        }
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void frozenServerIsSilentUntilItThaws(Flavor flavor) throws SQLException {
        try (MySqlServer server = MySqlServer.builder(flavor).start();
                Connection connection = server.database("mysql").connect()) {
            server.freeze();
            connection.setNetworkTimeout(Runnable::run, 500); // not before: a busy server may need longer to let us in
            assertThat(connection.isValid(1)).isFalse();
            server.thaw();

            assertThat(server.database("mysql").value("SELECT 1")).isEqualTo("1");
            server.freeze();
            server.stop();
        }
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void cdcUserReadsAllAndWritesNothing(Flavor flavor) throws SQLException {
        MySqlServer server = MySqlServer.shared(flavor);
        server.createCdcUser("cdc_of_server_tests", "it's a \\secret");
        try (MySqlDatabase database = server.createDatabase()) {
            database.sql("CREATE TABLE t (id int PRIMARY KEY)");
            try (Connection connection = database.connect("cdc_of_server_tests", "it's a \\secret");
                    Statement statement = connection.createStatement()) {
                statement.execute("SELECT * FROM t");
                statement.execute(flavor == Flavor.MYSQL ? "SHOW REPLICA STATUS" : "SHOW SLAVE STATUS");
                statement.execute("SHOW BINARY LOGS");
                assertThatThrownBy(() -> statement.execute("INSERT INTO t VALUES (1)"))
                        .hasMessageContaining("denied");
            }
            assertThatThrownBy(() -> database.connect("cdc_of_server_tests", "wrong"))
                    .hasRootCauseInstanceOf(SQLException.class)
                    .rootCause()
                    .hasMessageContaining("Access denied");
        }
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void passwordsAreCheckedByTheChosenPlugin(Flavor flavor) {
        MySqlServer server = MySqlServer.shared(flavor);
        server.createUser("native_of_server_tests", "secret", "mysql_native_password");

        assertThat(server.database("mysql")
                        .value("SELECT plugin FROM mysql.user WHERE user = 'native_of_server_tests'"))
                .isEqualTo("mysql_native_password");
        assertThat(server.database("").connect("native_of_server_tests", "secret"))
                .satisfies(Connection::close);
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void databaseIsDroppedThoughASessionHoldsItsLocks(Flavor flavor) throws SQLException {
        MySqlDatabase database = MySqlServer.shared(flavor).createDatabase();
        database.sql("CREATE TABLE t (id int PRIMARY KEY)");
        try (Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            connection.createStatement().execute("INSERT INTO t VALUES (1)");
            database.close();
            assertThat(connection.isValid(5)).isFalse();
        }
        assertThat(MySqlServer.shared(flavor).database("mysql").query("SHOW DATABASES LIKE '" + database.name() + "'"))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void optionsReplaceTheDefaultsAlsoThoseOfTheSetUp(Flavor flavor) {
        try (MySqlServer server = MySqlServer.builder(flavor)
                .options("lower-case-table-names=1", "binlog-row-metadata=FULL", "server-id=77")
                .start()) {
            MySqlDatabase mysql = server.database("mysql");

            assertThat(mysql.query("SELECT @@lower_case_table_names, @@binlog_row_metadata, @@server_id"))
                    .asString()
                    .isEqualTo("[[1, FULL, 77]]");
        }
    }

    @Test
    void serverWithoutGtidsStarts() {
        try (MySqlServer server = MySqlServer.builder(Flavor.MYSQL)
                .options("gtid-mode=OFF", "enforce-gtid-consistency=OFF")
                .start()) {
            server.createDatabase();
            assertThat(server.binlogStatus().gtids()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void tlsIsOfferedWithTheGivenCertificate(Flavor flavor, @TempDir Path directory) throws SQLException {
        CertificateAuthority authority = new CertificateAuthority(directory, "ours");
        CertificateAuthority.Issued own = authority.server("localhost");
        try (MySqlServer server = MySqlServer.builder(flavor)
                .tls(authority.certificate(), own.certificate(), own.key())
                .start()) {
            Map<String, String> trust = Map.of(
                    "sslMode",
                    "verify-ca",
                    "serverSslCert",
                    authority.certificate().toString());
            try (Connection connection = server.database("mysql").connect("root", "", trust);
                    Statement statement = connection.createStatement();
                    var cipher = statement.executeQuery("SHOW STATUS LIKE 'Ssl_cipher'")) {
                cipher.next();
                assertThat(cipher.getString(2)).contains("AES");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void chosenDirectoryKeepsTheData(Flavor flavor, @TempDir Path directory) {
        assumeThat(MySqlServer.isEmbedded(flavor)).isTrue();
        Path data =
                directory.resolve("a folder whose path together with that of a socket is longer than systems allow");
        try (MySqlServer server =
                MySqlServer.builder(flavor).dataDirectory(data).start()) {
            server.database("mysql").sql("CREATE DATABASE kept");
        }
        try (MySqlServer server =
                MySqlServer.builder(flavor).dataDirectory(data).start()) {
            assertThat(server.database("kept").value("SELECT DATABASE()")).isEqualTo("kept");
            assertThat(server.dataDirectory().resolve("error.log")).isNotEmptyFile();
        }
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void serverThatCannotStartSaysWhy(Flavor flavor) {
        assumeThat(MySqlServer.isEmbedded(flavor)).isTrue();

        assertThatThrownBy(() ->
                        MySqlServer.builder(flavor).options("no-such-option=1").start())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(flavor.product() + " does not start in")
                .hasMessageContaining("no-such-option");
        int taken = MySqlServer.shared(flavor).port();
        assertThatThrownBy(() -> MySqlServer.builder(flavor).port(taken).start())
                .hasMessage("Another server answers on port " + taken + ": end it, or take another port");
    }

    @Test
    void missingLibraryIsNamedWithThePackageThatHasIt() {
        assertThat(MySqlDistribution.explained(
                        "mysqld: error while loading shared libraries: libaio.so.1: cannot open"))
                .contains("apt-get install libaio1")
                .endsWith("libaio.so.1: cannot open");
    }
}
