package io.rustcdc.test.databases;

import io.rustcdc.source.mysql.Flavor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/** The server of the unpacked binaries, in a process of its own. */
final class EmbeddedMySqlProcess implements MySqlProcess {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final MySqlSettings settings;
    private final MySqlDistribution distribution;
    private final MySqlDataDirectory data;
    private final int port;
    private @Nullable Running running;

    /** A server and who ends it when nobody is left. */
    private record Running(Process process, DeathWatch watch) {}

    EmbeddedMySqlProcess(MySqlSettings settings) {
        this.settings = settings;
        this.distribution = MySqlDistribution.of(settings.flavor());
        this.data = new MySqlDataDirectory(settings.dataDirectory());
        this.port = settings.port() == 0 ? FreePorts.next() : settings.port();
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public Path dataDirectory() {
        return data.path();
    }

    @Override
    public synchronized void start() {
        if (running != null) {
            throw new IllegalStateException("The server on port " + port + " is running");
        }
        data.endOrphan();
        if (MySqlProcess.answers(port)) {
            throw new IllegalStateException(
                    "Another server answers on port " + port + ": end it, or take another port");
        }
        try {
            if (data.isEmpty()) {
                distribution.createData(data.path(), settings.options());
            }
            Process process = new ProcessBuilder(command())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(data.log().toFile()))
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
            String log = data.logEnd();
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
        long pid = running().process().pid();
        signal("-STOP", pid);
        Awaitility.await("the server stands still").atMost(PATIENCE).until(() -> isStopped(pid));
    }

    @Override
    public synchronized void thaw() {
        signal("-CONT", running().process().pid());
    }

    /** Data that nobody wants needs no orderly end, which takes seconds. */
    @Override
    public synchronized void close() {
        if (!data.isTemporary()) {
            stop();
            return;
        }
        if (running != null) {
            kill();
        }
        data.delete();
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(distribution.command(data.path()));
        command.addAll(List.of("--port=" + port, "--bind-address=" + HOST));
        command.addAll(List.of("--socket=" + MySqlDataDirectory.SOCKET, "--pid-file=" + MySqlDataDirectory.PID));
        if (settings.flavor() == Flavor.MARIADB) {
            // At its start it removes all temporary tables that it finds there, be they another server's.
            command.add("--tmpdir=" + data.path());
        }
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
            String log = data.logEnd();
            kill();
            throw new IllegalStateException(
                    "No answer from the server on port %d within %d s; its log:%n%s"
                            .formatted(port, PATIENCE.toSeconds(), log),
                    e);
        }
        if (!process.isAlive()) {
            forget(running());
            throw new IllegalStateException(
                    MySqlDistribution.explained("%s does not start in %s, exit code %d; its log:%n%s"
                            .formatted(settings.flavor().product(), data.path(), process.exitValue(), data.logEnd())));
        }
    }

    private Running running() {
        if (running == null) {
            throw new IllegalStateException("No server is running in " + data.path());
        }
        return running;
    }

    private void forget(Running server) {
        server.watch().close();
        running = null;
        data.deleteTraces();
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

    /** Whether all of its threads have stopped, which they do a moment after the signal was sent. Where that shows. */
    private static boolean isStopped(long pid) {
        Path threads = Path.of("/proc", Long.toString(pid), "task");
        if (!Files.isDirectory(threads)) {
            return true;
        }
        try (Stream<Path> all = Files.list(threads)) {
            return all.allMatch(EmbeddedMySqlProcess::isStopped);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isStopped(Path thread) {
        try {
            String stat = Files.readString(thread.resolve("stat"), StandardCharsets.ISO_8859_1);
            return stat.startsWith("T", stat.lastIndexOf(')') + 2);
        } catch (NoSuchFileException e) {
            return true; // it has ended
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
