package io.rustcdc.sample.postgres;

import io.rustcdc.sample.directory.DirectoryLock;
import io.rustcdc.sample.directory.RememberedPort;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/**
 * A PostgreSQL server in a directory of its own. Its data outlives it; a server that a killed application left behind is
 * ended by the next start. Not thread-safe.
 */
final class EmbeddedServer implements AutoCloseable {

    static final String DATABASE = "shop";

    private static final Logger logger = LoggerFactory.getLogger(EmbeddedServer.class);
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final DirectoryLock lock;
    private final EmbeddedPostgres postgres;

    private EmbeddedServer(DirectoryLock lock, EmbeddedPostgres postgres) {
        this.lock = lock;
        this.postgres = postgres;
    }

    /**
     * Starts the server of this directory and returns when it accepts connections and has the database.
     *
     * @param directory made when missing; used by one process at a time
     * @param port 0 for the one of the last start, or any free one
     * @throws IllegalStateException if another process uses the directory, or the server does not start
     */
    static EmbeddedServer start(Path directory, int port) {
        try {
            Path home = Files.createDirectories(directory).toRealPath();
            DirectoryLock lock = DirectoryLock.take(home);
            try {
                return new EmbeddedServer(lock, startLocked(home, port));
            } catch (IOException | RuntimeException | Error e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL cannot be started in '%s'".formatted(directory), e);
        }
    }

    private static EmbeddedPostgres startLocked(Path home, int wantedPort) throws IOException {
        Path data = home.resolve("data");
        Path binaries = home.resolve("binaries");
        // A start that was killed half-way leaves files that look complete. The marker tells, and only what this class
        // has begun to make is ever removed.
        Path unfinished = home.resolve("unfinished");
        PostmasterFile.of(data).endServer();
        if (Files.exists(unfinished)) {
            FileSystemUtils.deleteRecursively(data);
            FileSystemUtils.deleteRecursively(binaries);
        }
        boolean first = !Files.exists(data);
        if (first) {
            Files.writeString(unfinished, "The first start has not ended.\n");
        }
        int port = wantedPort == 0 ? RememberedPort.in(home).choose() : wantedPort;
        EmbeddedPostgres postgres = launch(home, data, binaries, port);
        try {
            createDatabase(postgres);
        } catch (SQLException e) {
            postgres.close();
            throw new IllegalStateException("The database '%s' cannot be created".formatted(DATABASE), e);
        }
        Files.deleteIfExists(unfinished);
        logger.info("PostgreSQL runs on port {} with its data in {}", port, data);
        return postgres;
    }

    private static EmbeddedPostgres launch(Path home, Path data, Path binaries, int port) throws IOException {
        Redirect log = Redirect.appendTo(home.resolve("postgres.log").toFile());
        return EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(binaries.toFile())
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                // Its hook would stop the server while the application still saves its checkpoint.
                .setRegisterShutdownHook(false)
                .setPort(port)
                .setPGStartupWait(START_LIMIT)
                .setOutputRedirector(log)
                .setErrorRedirector(log)
                .setServerConfig("wal_level", "logical")
                .setServerConfig("max_connections", "50")
                // The library turns both off for fast tests; a shop must not lose an order with the power.
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                // TCP only: no socket file, and no lock of it, that a crash could leave in a shared folder.
                .setServerConfig("unix_socket_directories", "")
                .start();
    }

    private static void createDatabase(EmbeddedPostgres postgres) throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet found =
                        statement.executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + DATABASE + "'")) {
            if (!found.next()) {
                statement.execute("CREATE DATABASE " + DATABASE);
            }
        }
    }

    String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(postgres.getPort(), DATABASE);
    }

    int port() {
        return postgres.getPort();
    }

    /** Stops the server; its data stays. */
    @Override
    public void close() {
        try {
            postgres.close();
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL cannot be stopped", e);
        } finally {
            lock.close();
        }
    }
}
