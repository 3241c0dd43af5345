package io.rustcdc.sample.mysql;

import io.rustcdc.sample.directory.DirectoryLock;
import io.rustcdc.sample.directory.RememberedPort;
import io.rustcdc.source.mysql.Flavor;
import io.rustcdc.test.databases.MySqlServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/** A MySQL or MariaDB server in a directory of its own. Its data outlives it. Not thread-safe. */
final class EmbeddedMySql implements AutoCloseable {

    static final String DATABASE = "shop";

    private static final Logger logger = LoggerFactory.getLogger(EmbeddedMySql.class);

    private final DirectoryLock lock;
    private final MySqlServer server;

    private EmbeddedMySql(DirectoryLock lock, MySqlServer server) {
        this.lock = lock;
        this.server = server;
    }

    /**
     * Starts the server of this directory and returns when it accepts connections and has the database.
     *
     * @param directory made when missing; used by one process at a time
     * @param port 0 for the one of the last start, or any free one
     * @throws IllegalStateException if another process uses the directory, or the server does not start
     */
    static EmbeddedMySql start(Flavor flavor, Path directory, int port) {
        try {
            Path home = Files.createDirectories(directory).toRealPath();
            DirectoryLock lock = DirectoryLock.take(home);
            try {
                return new EmbeddedMySql(lock, startLocked(flavor, home, port));
            } catch (IOException | RuntimeException | Error e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("%s cannot be started in '%s'".formatted(flavor.product(), directory), e);
        }
    }

    private static MySqlServer startLocked(Flavor flavor, Path home, int wantedPort) throws IOException {
        Path data = home.resolve("data");
        // A first start that was killed half-way leaves files that look complete.
        Path unfinished = home.resolve("unfinished");
        if (Files.exists(data)) {
            MySqlServer.endOrphan(data);
        }
        if (Files.exists(unfinished)) {
            FileSystemUtils.deleteRecursively(data);
        }
        if (!Files.exists(data)) {
            Files.writeString(unfinished, "The first start has not ended.\n");
        }
        MySqlServer server = MySqlServer.builder(flavor)
                .dataDirectory(data)
                .port(wantedPort == 0 ? RememberedPort.in(home).choose() : wantedPort)
                // A hook would stop the server while the application still saves its checkpoint.
                .withoutShutdownHook()
                .options("default-time-zone=+00:00", "binlog-row-metadata=FULL", "max-connections=50")
                .start();
        server.database("mysql").sql("CREATE DATABASE IF NOT EXISTS " + DATABASE);
        Files.deleteIfExists(unfinished);
        logger.info("{} runs on port {} with its data in {}", flavor.product(), server.port(), data);
        return server;
    }

    /** The driver writes and reads moments in UTC, whatever the zone of this machine. */
    String jdbcUrl() {
        return server.database(DATABASE).jdbcUrl() + "?connectionTimeZone=UTC&forceConnectionTimeZoneToSession=true";
    }

    int port() {
        return server.port();
    }

    /** Stops the server; its data stays. */
    @Override
    public void close() {
        try {
            server.close();
        } finally {
            lock.close();
        }
    }
}
