package io.rustcdc.sample.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.rustcdc.source.mysql.Flavor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EmbeddedMySqlTests {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource
    void keepsDataAndPortOverRestartsAndAKill(Flavor flavor) throws Exception {
        int port;
        try (EmbeddedMySql server = EmbeddedMySql.start(flavor, directory, 0)) {
            port = server.port();
            execute(server, "CREATE TABLE kept AS SELECT 42 AS value");
            assertThatIllegalStateException()
                    .isThrownBy(() -> EmbeddedMySql.start(flavor, directory, 0))
                    .withMessageContaining("used by another running shop");
        }
        assertThat(directory.resolve("unfinished")).doesNotExist();

        abandon(flavor);

        try (EmbeddedMySql server = EmbeddedMySql.start(flavor, directory, 0)) {
            assertThat(server.port()).isEqualTo(port);
            assertThat(query(server, "SELECT value FROM kept")).isEqualTo("42");
            assertThat(query(server, "SELECT @@session.time_zone")).matches("\\+00:00|UTC");
        }
    }

    @ParameterizedTest
    @EnumSource
    void beginsAgainAfterAFirstStartThatWasKilled(Flavor flavor) throws Exception {
        Files.createDirectories(directory.resolve("data"));
        Files.writeString(directory.resolve("data/ibdata1"), "half a file");
        Files.writeString(directory.resolve("unfinished"), "");

        try (EmbeddedMySql server = EmbeddedMySql.start(flavor, directory, 0)) {
            assertThat(query(server, "SELECT 'up'")).isEqualTo("up");
        }
        assertThat(directory.resolve("unfinished")).doesNotExist();
    }

    private void abandon(Flavor flavor) throws Exception {
        Path log = directory.resolve("killed.log");
        Process killed = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        AbandonedMySql.class.getName(),
                        flavor.name(),
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(killed.waitFor()).as(Files.readString(log)).isEqualTo(137);
    }

    private static void execute(EmbeddedMySql server, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(), "root", "");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(EmbeddedMySql server, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(), "root", "");
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            assertThat(result.next()).isTrue();
            return result.getString(1);
        }
    }
}
