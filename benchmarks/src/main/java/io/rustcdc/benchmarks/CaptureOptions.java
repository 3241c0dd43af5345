package io.rustcdc.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What {@link Capture} measures.
 *
 * @param runs of each variant, interleaved
 * @param batchedRows rows in large transactions; 0 leaves that workload out
 * @param rowsPerTransaction of the large ones
 * @param singleRows rows in transactions of one; 0 leaves that workload out
 * @param latencyRuns 0 leaves latency out
 * @param latencySeconds counted ones, after up to five of warm-up
 * @param latencyRate transactions each second
 * @param idleSeconds 0 leaves the idle engine out
 * @param json where the results go
 * @param quietMinutes how long to wait, over the whole measurement, for a machine that does nothing else
 */
record CaptureOptions(
        Database database,
        int runs,
        int batchedRows,
        int rowsPerTransaction,
        int singleRows,
        List<Program> variants,
        int latencyRuns,
        int latencySeconds,
        int latencyRate,
        int idleSeconds,
        Path json,
        int quietMinutes,
        JvmOptions jvm)
        implements Results.Asked {

    private static final String USAGE = """
            Measures how fast the changes of one %s backlog are read, and how long a commit takes to a listener.

            --runs N                  runs of each variant, interleaved (5)
            --batched-rows N          rows in large transactions (%d; 0: leave out)
            --rows-per-transaction N  of the large transactions (1000)
            --single-rows N           rows in transactions of one (200000; 0: leave out)
            --variants LIST           of naive, engine, listener, batch-listener (all but the last)
            --latency-runs N          (3; 0: leave out)
            --latency-seconds N       counted seconds of each, after up to 5 of warm-up (20)
            --latency-rate N          transactions each second (500)
            --idle-seconds N          of an engine without work (10; 0: leave out)
            --json FILE               all results (%s-capture.json)
            --quiet MINUTES           wait so long in all for a machine that does nothing else, and repeat disturbed runs (0)
            """;
    private static final String FLAVOR_USAGE = """
            --flavor NAME             mysql or mariadb (mysql)
            """;

    CaptureOptions {
        variants = List.copyOf(variants);
    }

    static String usage(Database database) {
        return USAGE.formatted(database.product(), database.batchedRows(), database.label())
                + (database == Database.POSTGRES ? "" : FLAVOR_USAGE)
                + JvmOptions.USAGE;
    }

    /**
     * Reads the arguments of the command line.
     *
     * @param asked the one that the program is for; of MySQL there are two flavors to choose from
     * @throws IllegalArgumentException with a text for the user
     */
    static CaptureOptions parse(Database asked, String... commandLine) {
        Arguments arguments = Arguments.of(commandLine);
        Database database = asked == Database.POSTGRES ? asked : flavor(arguments.text("--flavor", asked.label()));
        CaptureOptions options = new CaptureOptions(
                database,
                arguments.number("--runs", 5, 1),
                arguments.number("--batched-rows", database.batchedRows(), 0),
                arguments.number("--rows-per-transaction", 1000, 1),
                arguments.number("--single-rows", 200_000, 0),
                variants(arguments.text("--variants", "naive,engine,listener")),
                arguments.number("--latency-runs", 3, 0),
                arguments.number("--latency-seconds", 20, 1),
                arguments.number("--latency-rate", 500, 1),
                arguments.number("--idle-seconds", 10, 0),
                Path.of(arguments.text("--json", database.label() + "-capture.json")),
                arguments.number("--quiet", 0, 0),
                JvmOptions.parse(arguments));
        arguments.requireNoOther();
        return options;
    }

    private static Database flavor(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "mysql" -> Database.MYSQL;
            case "mariadb" -> Database.MARIADB;
            default ->
                throw new IllegalArgumentException("'--flavor' takes mysql or mariadb, found '%s'".formatted(name));
        };
    }

    private static List<Program> variants(String value) {
        List<Program> variants = new ArrayList<>();
        for (String name : value.split(",", -1)) {
            Program program = switch (name.strip().toLowerCase(Locale.ROOT)) {
                case "naive" -> Program.NAIVE;
                case "engine" -> Program.ENGINE;
                case "listener" -> Program.LISTENER;
                case "batch-listener" -> Program.BATCH_LISTENER;
                default ->
                    throw new IllegalArgumentException(
                            "'--variants' takes naive, engine, listener and batch-listener, found '%s'"
                                    .formatted(name));
            };
            variants.add(program);
        }
        return variants;
    }
}
