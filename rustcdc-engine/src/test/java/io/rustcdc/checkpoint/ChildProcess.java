package io.rustcdc.checkpoint;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The test's end of a {@link CheckpointProcess}. */
final class ChildProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader in;
    private final BufferedWriter out;
    private final StringBuilder noise = new StringBuilder();

    /** @param wrapper a command that runs the command after it, such as {@code setpriv}; may be empty */
    ChildProcess(Path directory, String... wrapper) {
        List<String> command = new ArrayList<>(List.of(wrapper));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                CheckpointProcess.class.getName(),
                directory.toString()));
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        in = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        out = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        String first = answer();
        if (!"ready".equals(first)) {
            throw new IllegalStateException("The child did not start: " + noise);
        }
    }

    long pid() {
        return process.pid();
    }

    void send(String command) {
        try {
            out.write(command + "\n");
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(noise.toString(), e);
        }
    }

    /** The next answer, null when the process has ended. */
    String answer() {
        try {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith(CheckpointProcess.ANSWER)) {
                    return line.substring(CheckpointProcess.ANSWER.length());
                }
                noise.append(line).append('\n');
            }
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String ask(String command) {
        send(command);
        return answer();
    }

    /** As kill -9; answers that it gave before can still be read. */
    void kill() {
        // Process itself would close the streams.
        process.toHandle().destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
