package io.rustcdc.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What to measure.
 *
 * @param runs of each variant, interleaved
 * @param batchedRows rows in large transactions; 0 leaves that workload out
 * @param rowsPerTransaction of the large ones
 * @param singleRows rows in transactions of one; 0 leaves that workload out
 * @param heap largest heap of a JVM that runs the engine, in the form of {@code -Xmx}
 * @param naiveHeap the same for the naive loop
 * @param latencyRuns 0 leaves latency out
 * @param latencySeconds counted ones, after up to five of warm-up
 * @param latencyRate transactions each second
 * @param idleSeconds 0 leaves the idle engine out
 * @param json where the results go
 * @param quietMinutes how long to wait, over the whole measurement, for a machine that does nothing else
 * @param jvmArguments for every measured JVM
 * @param recordings folder for a flight recording of every measured JVM; null for none
 */
record CaptureOptions(
        int runs,
        long batchedRows,
        int rowsPerTransaction,
        long singleRows,
        List<Program> variants,
        String heap,
        String naiveHeap,
        int latencyRuns,
        int latencySeconds,
        int latencyRate,
        int idleSeconds,
        Path json,
        int quietMinutes,
        List<String> jvmArguments,
        @Nullable Path recordings) {

    static final String USAGE = """
            Measures how fast the changes of one PostgreSQL backlog are read, and how long a commit takes to a listener.

            --runs N                  runs of each variant, interleaved (5)
            --batched-rows N          rows in large transactions (1000000; 0: leave out)
            --rows-per-transaction N  of the large transactions (1000)
            --single-rows N           rows in transactions of one (200000; 0: leave out)
            --variants LIST           of naive, engine, listener (all)
            --heap SIZE               largest heap of the engine and of the listener, as for -Xmx (64m)
            --naive-heap SIZE         largest heap of the naive loop (256m)
            --latency-runs N          (3; 0: leave out)
            --latency-seconds N       counted seconds of each, after up to 5 of warm-up (20)
            --latency-rate N          transactions each second (500)
            --idle-seconds N          of an engine without work (10; 0: leave out)
            --json FILE               all results (postgres-capture.json)
            --quiet MINUTES           wait so long in all for a machine that does nothing else, and repeat disturbed runs (0)
            --jvm-args "ARGS"         more arguments for every measured JVM
            --flight-recorder FOLDER  keep a flight recording of every measured JVM there
            """;

    CaptureOptions {
        variants = List.copyOf(variants);
        jvmArguments = List.copyOf(jvmArguments);
    }

    /**
     * Reads the arguments of the command line.
     *
     * @throws IllegalArgumentException with a text for the user
     */
    static CaptureOptions parse(String... arguments) {
        Parsed parsed = new Parsed();
        Iterator<String> left = Arrays.asList(arguments).iterator();
        while (left.hasNext()) {
            String name = left.next();
            if (!left.hasNext()) {
                throw new IllegalArgumentException("'%s' needs a value".formatted(name));
            }
            parsed.set(name, left.next());
        }
        return parsed.options();
    }

    private static final class Parsed {

        private int runs = 5;
        private long batchedRows = 1_000_000;
        private int rowsPerTransaction = 1000;
        private long singleRows = 200_000;
        private List<Program> variants = List.of(Program.NAIVE, Program.ENGINE, Program.LISTENER);
        private String heap = "64m";
        private String naiveHeap = "256m";
        private int latencyRuns = 3;
        private int latencySeconds = 20;
        private int latencyRate = 500;
        private int idleSeconds = 10;
        private Path json = Path.of("postgres-capture.json");
        private int quietMinutes;
        private List<String> jvmArguments = List.of();
        private @Nullable Path recordings;

        private void set(String name, String value) {
            switch (name) {
                case "--runs" -> runs = (int) number(name, value, 1);
                case "--batched-rows" -> batchedRows = number(name, value, 0);
                case "--rows-per-transaction" -> rowsPerTransaction = (int) number(name, value, 1);
                case "--single-rows" -> singleRows = number(name, value, 0);
                case "--variants" -> variants = variants(value);
                case "--heap" -> heap = value;
                case "--naive-heap" -> naiveHeap = value;
                case "--latency-runs" -> latencyRuns = (int) number(name, value, 0);
                case "--latency-seconds" -> latencySeconds = (int) number(name, value, 1);
                case "--latency-rate" -> latencyRate = (int) number(name, value, 1);
                case "--idle-seconds" -> idleSeconds = (int) number(name, value, 0);
                case "--json" -> json = Path.of(value);
                case "--quiet" -> quietMinutes = (int) number(name, value, 0);
                case "--jvm-args" -> jvmArguments = List.of(value.strip().split("\\s+"));
                case "--flight-recorder" -> recordings = Path.of(value);
                default -> throw new IllegalArgumentException("'%s' is not an option".formatted(name));
            }
        }

        private CaptureOptions options() {
            return new CaptureOptions(
                    runs,
                    batchedRows,
                    rowsPerTransaction,
                    singleRows,
                    variants,
                    heap,
                    naiveHeap,
                    latencyRuns,
                    latencySeconds,
                    latencyRate,
                    idleSeconds,
                    json,
                    quietMinutes,
                    jvmArguments,
                    recordings);
        }

        private static long number(String name, String value, int least) {
            try {
                long number = Long.parseLong(value);
                if (number >= least && number <= Integer.MAX_VALUE) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Refused below, as a number out of range is.
            }
            throw new IllegalArgumentException(
                    "'%s' must be a whole number from %d on, found '%s'".formatted(name, least, value));
        }

        private static List<Program> variants(String value) {
            List<Program> variants = new ArrayList<>();
            for (String name : value.split(",", -1)) {
                Program program = switch (name.strip().toLowerCase(Locale.ROOT)) {
                    case "naive" -> Program.NAIVE;
                    case "engine" -> Program.ENGINE;
                    case "listener" -> Program.LISTENER;
                    default ->
                        throw new IllegalArgumentException(
                                "'--variants' takes naive, engine and listener, found '%s'".formatted(name));
                };
                variants.add(program);
            }
            return variants;
        }
    }
}
