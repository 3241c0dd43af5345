package io.rustcdc.test.databases;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server of the zonky binaries, in processes of its own. */
final class EmbeddedPostgresProcess implements PostgresProcess {

    private static final Logger logger = LoggerFactory.getLogger(EmbeddedPostgresProcess.class);

    private static final long EXIT_SECONDS = 30;

    private final Map<String, String> settings;
    private final Path dataDirectory;
    private final boolean ownDirectory;
    private final int port;
    private @Nullable EmbeddedPostgres server;

    EmbeddedPostgresProcess(Map<String, String> settings, @Nullable Path dataDirectory, int port) {
        this.settings = Map.copyOf(settings);
        this.ownDirectory = dataDirectory == null;
        this.dataDirectory = dataDirectory == null ? newDirectory() : dataDirectory;
        this.port = port == 0 ? FreePorts.next() : port;
    }

    @Override
    public int port() {
        return port;
    }

    Path dataDirectory() {
        return dataDirectory;
    }

    @Override
    public synchronized void start() {
        if (server != null) {
            throw new IllegalStateException("The server on port " + port + " is running");
        }
        postmaster().ifPresent(orphan -> signalAndWait("-INT", List.of(orphan)));
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setDataDirectory(dataDirectory)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPGStartupWait(Duration.ofSeconds(60))
                .setPort(port);
        settings.forEach(builder::setServerConfig);
        try {
            server = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("The embedded PostgreSQL does not start in " + dataDirectory, e);
        }
    }

    @Override
    public synchronized void stop() {
        if (server == null) {
            return;
        }
        Optional<ProcessHandle> postmaster = postmaster();
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            server = null;
        }
        postmaster.ifPresent(slow -> awaitEnd(List.of(slow))); // the library gives up after 5 s
    }

    /** All processes at once: the postmaster alone would let its children end in their own order. */
    @Override
    public synchronized void kill() {
        ProcessHandle postmaster =
                postmaster().orElseThrow(() -> new IllegalStateException("No server is running in " + dataDirectory));
        // Else a session that it begins after the look at its children outlives it, and the next start is refused.
        signal("-STOP", List.of(postmaster));
        signalAndWait(
                "-KILL",
                Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList());
        try {
            Files.deleteIfExists(dataDirectory.resolve("postmaster.pid"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        stop();
    }

    @Override
    public synchronized void close() {
        try {
            stop();
        } catch (RuntimeException e) {
            logger.warn("The server in '{}' was not stopped in order", dataDirectory, e);
        }
        if (ownDirectory && Files.exists(dataDirectory)) {
            delete(dataDirectory);
        }
    }

    private Optional<ProcessHandle> postmaster() {
        Path file = dataDirectory.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            long pid = Long.parseLong(Files.readAllLines(file).get(0).strip());
            // After a reboot the number may belong to anybody. Of a server of our own it is right, and a system under
            // load
            // does not always tell the command of a process that began just now.
            return ProcessHandle.of(pid)
                    .filter(ProcessHandle::isAlive)
                    .filter(process -> server != null
                            || process.info().command().orElse("").endsWith("postgres"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void signalAndWait(String signal, List<ProcessHandle> processes) {
        signal(signal, processes);
        awaitEnd(processes);
    }

    private static void signal(String signal, List<ProcessHandle> processes) {
        Stream<String> pids = processes.stream().map(process -> Long.toString(process.pid()));
        try {
            new ProcessBuilder(Stream.concat(Stream.of("kill", signal), pids).toList())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while ending the server", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitEnd(List<ProcessHandle> processes) {
        try {
            CompletableFuture.allOf(
                            processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
                    .get(EXIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while ending the server", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("The server processes " + processes + " do not end", e);
        }
    }

    private static Path newDirectory() {
        try {
            return Files.createTempDirectory("rustcdc-postgres");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            // A temporary folder that stays behind harms nobody.
            logger.warn("Cannot delete '{}'", directory, e);
        }
    }
}
