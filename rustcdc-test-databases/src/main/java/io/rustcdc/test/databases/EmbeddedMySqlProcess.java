package io.rustcdc.test.databases;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server of the unpacked binaries, in a process of its own. */
final class EmbeddedMySqlProcess implements MySqlProcess {

    private static final Logger logger = LoggerFactory.getLogger(EmbeddedMySqlProcess.class);

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String LOG = "error.log";
    private static final String PID = "mysqld.pid";
    private static final String SOCKET = "mysqld.sock";
    private static final int LOG_LINES = 40;

    private final MySqlSettings settings;
    private final MySqlDistribution distribution;
    private final Path dataDirectory;
    private final int port;
    private @Nullable Running running;

    /** A server and who ends it when nobody is left. */
    private record Running(Process process, DeathWatch watch) {}

    EmbeddedMySqlProcess(MySqlSettings settings) {
        this.settings = settings;
        this.distribution = MySqlDistribution.of(settings.flavor());
        Path chosen = settings.dataDirectory();
        this.dataDirectory = chosen == null ? newDirectory() : chosen.toAbsolutePath();
        this.port = settings.port() == 0 ? FreePorts.next() : settings.port();
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public Path dataDirectory() {
        return dataDirectory;
    }

    @Override
    public synchronized void start() {
        if (running != null) {
            throw new IllegalStateException("The server on port " + port + " is running");
        }
        endOrphan();
        if (MySqlProcess.answers(port)) {
            throw new IllegalStateException(
                    "Another server answers on port " + port + ": end it, or take another port");
        }
        try {
            if (FileTree.isEmpty(Files.createDirectories(dataDirectory))) {
                distribution.createData(dataDirectory, settings.options());
            }
            Process process = new ProcessBuilder(command())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            dataDirectory.resolve(LOG).toFile()))
                    .start();
            running = new Running(process, new DeathWatch(process.pid()));
            awaitAnswer(process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void stop() {
        if (running == null) {
            return;
        }
        thaw();
        running.process().destroy();
        if (!ends(running.process())) {
            String log = logEnd();
            kill();
            throw new IllegalStateException(
                    "The server on port %d did not stop within %d s and was killed; its log:%n%s"
                            .formatted(port, PATIENCE.toSeconds(), log));
        }
        forget(running);
    }

    @Override
    public synchronized void kill() {
        Running server = running();
        if (!ends(server.process().destroyForcibly())) {
            throw new IllegalStateException("Process " + server.process().pid() + " does not end when it is killed");
        }
        forget(server);
    }

    @Override
    public synchronized void freeze() {
        signal("-STOP", running().process().pid());
    }

    @Override
    public synchronized void thaw() {
        signal("-CONT", running().process().pid());
    }

    /** Data that nobody wants needs no orderly end, which takes seconds. */
    @Override
    public synchronized void close() {
        if (settings.dataDirectory() != null) {
            stop();
            return;
        }
        if (running != null) {
            kill();
        }
        try {
            FileTree.delete(dataDirectory);
        } catch (IOException e) {
            // A temporary folder that stays behind harms nobody.
            logger.warn("Cannot delete '{}'", dataDirectory, e);
        }
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(distribution.command(dataDirectory));
        command.addAll(List.of("--port=" + port, "--bind-address=" + HOST));
        // Both are below the data directory; a full path of the socket may be longer than systems allow.
        command.addAll(List.of("--socket=" + SOCKET, "--pid-file=" + PID));
        command.addAll(settings.options());
        MySqlSettings.Tls tls = settings.tls();
        if (tls != null) {
            command.addAll(tls.options());
        }
        return command;
    }

    private void awaitAnswer(Process process) {
        try {
            Awaitility.await("A server on port " + port)
                    .atMost(PATIENCE)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> !process.isAlive() || MySqlProcess.answers(port));
        } catch (ConditionTimeoutException e) {
            String log = logEnd();
            kill();
            throw new IllegalStateException(
                    "No answer from the server on port %d within %d s; its log:%n%s"
                            .formatted(port, PATIENCE.toSeconds(), log),
                    e);
        }
        if (!process.isAlive()) {
            forget(running());
            throw new IllegalStateException("%s does not start in %s, exit code %d; its log:%n%s"
                    .formatted(
                            settings.flavor().product(),
                            dataDirectory,
                            process.exitValue(),
                            MySqlDistribution.explained(logEnd())));
        }
    }

    private Running running() {
        if (running == null) {
            throw new IllegalStateException("No server is running in " + dataDirectory);
        }
        return running;
    }

    private void forget(Running server) {
        server.watch().close();
        running = null;
        deleteTraces();
    }

    /** A killed server leaves them, and the next one believes in them when the number belongs to another process. */
    private void deleteTraces() {
        try {
            Files.deleteIfExists(dataDirectory.resolve(PID));
            Files.deleteIfExists(dataDirectory.resolve(SOCKET + ".lock"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A server in a kept data directory, of a JVM that was killed. The number may belong to anybody by now. */
    private void endOrphan() {
        Path file = dataDirectory.resolve(PID);
        if (!Files.exists(file)) {
            return;
        }
        try {
            long pid = Long.parseLong(Files.readString(file).strip());
            ProcessHandle.of(pid)
                    .filter(process -> List.of(process.info().arguments().orElse(new String[0]))
                            .contains("--datadir=" + dataDirectory))
                    .ifPresent(orphan -> {
                        orphan.destroyForcibly();
                        orphan.onExit().join();
                    });
            deleteTraces();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String logEnd() {
        try {
            List<String> lines = Files.readAllLines(dataDirectory.resolve(LOG));
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean ends(Process process) {
        try {
            return process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while a server ends", e);
        }
    }

    private static void signal(String name, long pid) {
        try {
            new ProcessBuilder("kill", name, Long.toString(pid))
                    .start()
                    .onExit()
                    .join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path newDirectory() {
        try {
            return Files.createTempDirectory("rustcdc-mysql");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
