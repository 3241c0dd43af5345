package io.rustcdc.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Starts a JVM for each task, so that CPU, heap and compiler belong to it alone. */
final class JvmLauncher {

    private final JvmOptions options;
    private final AtomicInteger recordings = new AtomicInteger();

    JvmLauncher(JvmOptions options) {
        this.options = options;
    }

    /**
     * Runs the task to its end.
     *
     * @throws IllegalStateException if it fails; its messages are on the standard error
     */
    <R> R run(Task task, Class<R> resultType) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command(task))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String result = null;
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                result = take(line, result);
            }
        } finally {
            process.destroy();
        }
        int status = process.waitFor();
        if (result == null) {
            throw new IllegalStateException(
                    "The JVM of '%s' gave no result and ended with status %d; its messages are above"
                            .formatted(task.program().label(), status));
        }
        return JsonMapper.shared().readValue(result, resultType);
    }

    private static @Nullable String take(String line, @Nullable String result) {
        if (line.startsWith(MeasuredJvm.RESULT_MARK)) {
            return line.substring(MeasuredJvm.RESULT_MARK.length());
        }
        System.err.println(line);
        return result;
    }

    private List<String> command(Task task) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + (task.program().isPlain() ? options.plainHeap() : options.heap()));
        command.addAll(options.arguments());
        if (options.recordings() != null) {
            Files.createDirectories(options.recordings());
            Path file = options.recordings()
                    .resolve("%s-%d.jfr".formatted(task.program().label(), recordings.incrementAndGet()));
            command.add("-Xlog:jfr+startup=error");
            command.add("-XX:StartFlightRecording=settings=profile,dumponexit=true,filename=" + file.toAbsolutePath());
        }
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(MeasuredJvm.class.getName());
        command.add(JsonMapper.shared().writeValueAsString(task));
        return command;
    }
}
