package io.rustcdc.sample.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code postmaster.pid}, by which a server says that it uses a data directory. Its first line is the process
 * id, the second the data directory. After a crash it may name a server that still runs, a process that is gone, or a
 * stranger that got the same number since.
 */
final class PostmasterFile {

    private static final Logger logger = LoggerFactory.getLogger(PostmasterFile.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

    private final Path data;
    private final Path file;

    private PostmasterFile(Path data) {
        this.data = data;
        this.file = data.resolve("postmaster.pid");
    }

    static PostmasterFile of(Path data) {
        return new PostmasterFile(data);
    }

    /**
     * Ends the server that runs on this data directory, if there is one, and removes a file that speaks of none.
     *
     * @throws IllegalStateException if the server does not end
     */
    void endServer() throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        Optional<ProcessHandle> server = server();
        if (server.isPresent()) {
            end(server.get());
        }
        // PostgreSQL refuses to start while the file names a living process, also when that is a stranger.
        Files.deleteIfExists(file);
    }

    private Optional<ProcessHandle> server() throws IOException {
        List<String> lines = Files.readAllLines(file);
        if (lines.size() < 2
                || !lines.get(0).trim().matches("[0-9]{1,18}")
                || !lines.get(1).equals(data.toString())) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(lines.get(0).trim())).filter(this::isServer);
    }

    /** False also for a dead process that nobody has waited for yet: that one has no arguments any more. */
    private boolean isServer(ProcessHandle process) {
        ProcessHandle.Info info = process.info();
        return process.isAlive()
                && info.command()
                        .filter(path -> Path.of(path).endsWith("postgres"))
                        .isPresent()
                && info.arguments().map(List::of).orElse(List.of()).contains(data.toString());
    }

    private void end(ProcessHandle server) throws IOException {
        logger.info("Ending the PostgreSQL server that an earlier run left behind: pid {}", server.pid());
        // SIGINT is PostgreSQL's "fast" stop. Java can only send SIGTERM, which waits for other clients to leave.
        new ProcessBuilder("/bin/sh", "-c", "kill -INT " + server.pid()).start();
        long start = System.nanoTime();
        while (isServer(server)) {
            if (System.nanoTime() - start > STOP_LIMIT.toNanos()) {
                throw new IllegalStateException(
                        "The PostgreSQL server that an earlier run left behind (pid %d) did not end within %d s; end it by hand: kill -INT %d"
                                .formatted(server.pid(), STOP_LIMIT.toSeconds(), server.pid()));
            }
            LockSupport.parkNanos(POLL_INTERVAL.toNanos());
        }
    }
}
