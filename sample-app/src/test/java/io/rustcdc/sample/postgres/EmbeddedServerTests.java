package io.rustcdc.sample.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedServerTests {

    // To unpack the server and to make its files takes seconds: once for all tests but one.
    @TempDir
    private static Path directory;

    @Test
    void keepsDataAndPortOverACleanRestart() throws Exception {
        int port;
        try (EmbeddedServer server = EmbeddedServer.start(directory, 0)) {
            port = server.port();
            execute(server, "CREATE TABLE kept AS SELECT 42 AS value");
        }
        assertThat(directory.resolve("data/postmaster.pid")).doesNotExist();

        try (EmbeddedServer server = EmbeddedServer.start(directory, 0)) {
            assertThat(server.port()).isEqualTo(port);
            assertThat(query(server, "SELECT value::text FROM kept")).isEqualTo("42");
        }
    }

    @Test
    void servesLogicalReplicationAndCommitsDurably() throws Exception {
        try (EmbeddedServer server = EmbeddedServer.start(directory, 0)) {
            assertThat(query(server, "SHOW wal_level")).isEqualTo("logical");
            assertThat(query(server, "SHOW fsync")).isEqualTo("on");
            assertThat(query(server, "SHOW synchronous_commit")).isEqualTo("on");
            assertThat(query(server, "SHOW unix_socket_directories")).isEmpty();
        }
    }

    @Test
    void endsTheServerThatAKilledProcessLeftBehind() throws Exception {
        Process killed = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        AbandonedServer.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("killed.log").toFile())
                .start();
        assertThat(killed.waitFor())
                .as(Files.readString(directory.resolve("killed.log")))
                .isEqualTo(137);
        long orphan = postmasterPid();
        assertThat(ProcessHandle.of(orphan))
                .hasValueSatisfying(process -> assertThat(process.isAlive()).isTrue());

        try (EmbeddedServer server = EmbeddedServer.start(directory, 0)) {
            assertThat(postmasterPid()).isNotEqualTo(orphan);
            assertThat(query(server, "SELECT 'up'")).isEqualTo("up");
        }
    }

    @Test
    void leavesAStrangerAloneThatGotTheServersProcessNumber() throws Exception {
        EmbeddedServer.start(directory, 0).close();
        Path data = directory.toRealPath().resolve("data");
        Process stranger = new ProcessBuilder("/bin/sh", "-c", "read line").start();
        try {
            Files.write(data.resolve("postmaster.pid"), List.of(Long.toString(stranger.pid()), data.toString(), "1"));
            try (EmbeddedServer server = EmbeddedServer.start(directory, 0)) {
                assertThat(query(server, "SELECT 'up'")).isEqualTo("up");
            }
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroy();
        }
    }

    @Test
    void beginsAgainAfterAFirstStartThatWasKilled(@TempDir Path killed) throws Exception {
        Files.createDirectories(killed.resolve("data"));
        Files.writeString(killed.resolve("data/postgresql.conf"), "# initdb was killed after this line\n");
        Files.writeString(killed.resolve("unfinished"), "");

        try (EmbeddedServer server = EmbeddedServer.start(killed, 0)) {
            assertThat(query(server, "SELECT 'up'")).isEqualTo("up");
        }
        assertThat(killed.resolve("unfinished")).doesNotExist();
    }

    @Test
    void refusesADirectoryThatIsInUse() {
        try (EmbeddedServer server = EmbeddedServer.start(directory, 0)) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> EmbeddedServer.start(directory, 0))
                    .withMessageContaining("used by another running shop")
                    .withMessageContaining("--shop.data-directory=");
            assertThat(server.port()).isPositive();
        }
    }

    private long postmasterPid() throws IOException {
        return Long.parseLong(Files.readAllLines(directory.resolve("data/postmaster.pid"))
                .get(0)
                .trim());
    }

    private static void execute(EmbeddedServer server, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(), "postgres", "");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(EmbeddedServer server, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(), "postgres", "");
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            assertThat(result.next()).isTrue();
            return result.getString(1);
        }
    }
}
