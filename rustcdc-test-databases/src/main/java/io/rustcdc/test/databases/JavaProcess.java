package io.rustcdc.test.databases;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A JVM of its own on the class path of this one, which can be told lines and be killed. What it prints after
 * {@value #ANSWER} are its answers, all else goes to a log file. Thread-safe.
 */
public final class JavaProcess implements AutoCloseable {

    /** What each answer begins with, so that it is not taken for a line of the log. */
    public static final String ANSWER = "> ";

    /** What a process has printed is read within this after its end, unless a child of it holds its output open. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(30);

    private final Process process;
    private final Path log;
    private final Thread reader;
    private final List<String> answers = new ArrayList<>();
    private boolean silent;

    private JavaProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        reader = new Thread(this::listen, "java-process-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts a main class and returns at once.
     *
     * @param log gets what the process prints, appended
     */
    public static JavaProcess start(Path log, List<String> jvmArguments, Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmArguments);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        try {
            return new JavaProcess(
                    new ProcessBuilder(command).redirectErrorStream(true).start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Prints an answer; for the process itself. One write, so that it arrives whole or not at all. */
    public static void answer(String text) {
        System.out.println(ANSWER + text);
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Sends a line to its standard input; a process that has ended does not hear it. */
    public void tell(String line) {
        try {
            Writer writer = process.outputWriter(StandardCharsets.UTF_8);
            writer.write(line + "\n");
            writer.flush();
        } catch (IOException e) {
            if (process.isAlive()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** All answers so far. */
    public synchronized List<String> answers() {
        return List.copyOf(answers);
    }

    /**
     * Waits for an answer.
     *
     * @throws IllegalStateException if it does not come in time or the process ends without it; holds the log's end
     */
    public synchronized String awaitAnswer(Predicate<String> wanted, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        for (int next = 0; ; ) {
            while (next < answers.size()) {
                String answer = answers.get(next++);
                if (wanted.test(answer)) {
                    return answer;
                }
            }
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (silent || left <= 0) {
                throw new IllegalStateException("Process %d %s; it said %s; the end of its log:%n%s"
                        .formatted(pid(), silent ? "has ended" : "is late", lastAnswers(), logEnd()));
            }
            wait(left);
        }
    }

    /** Ends it at once, as {@code kill -9} does, and waits until it is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /**
     * Waits for its end. All that it has printed is in the log then.
     *
     * @return its exit code
     * @throws IllegalStateException if it does not end in time
     */
    public int awaitEnd(Duration atMost) throws InterruptedException {
        if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException(
                    "Process %d does not end; the end of its log:%n%s".formatted(pid(), logEnd()));
        }
        reader.join(LAST_WORDS.toMillis());
        return process.exitValue();
    }

    /** The last lines of what it printed. */
    public String logEnd() {
        try {
            if (!Files.exists(log)) {
                return "";
            }
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    private synchronized List<String> lastAnswers() {
        return answers.subList(Math.max(0, answers.size() - 10), answers.size());
    }

    private void listen() {
        try (BufferedReader output =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
                Writer file = Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith(ANSWER)) {
                    heard(line.substring(ANSWER.length()));
                } else {
                    file.write(line + "\n");
                    file.flush();
                }
            }
        } catch (IOException e) {
            // It was killed in the middle of a line.
        } finally {
            synchronized (this) {
                silent = true;
                notifyAll();
            }
        }
    }

    private synchronized void heard(String answer) {
        answers.add(answer);
        notifyAll();
    }
}
