package io.rustcdc.benchmarks;

import java.nio.file.Path;

/**
 * What {@link PostgresSnapshot} measures.
 *
 * @param runs of each variant, interleaved
 * @param rows of the table
 * @param latencyRuns 0 leaves latency out
 * @param latencySeconds counted ones, after up to five of warm-up
 * @param latencyRate transactions each second
 * @param json where the results go
 * @param quietMinutes how long to wait, over the whole measurement, for a machine that does nothing else
 */
record RowsOptions(
        int runs,
        int rows,
        int latencyRuns,
        int latencySeconds,
        int latencyRate,
        Path json,
        int quietMinutes,
        JvmOptions jvm)
        implements Results.Asked {

    static final String USAGE = """
            Measures how fast the rows of one PostgreSQL table are read, and how long a commit takes to a handler meanwhile.

            --runs N                  runs of each variant, interleaved (3)
            --rows N                  of the table (5000000)
            --latency-runs N          (1; 0: leave out)
            --latency-seconds N       counted seconds of each, after up to 5 of warm-up (20)
            --latency-rate N          transactions each second (500)
            --json FILE               all results (postgres-snapshot.json)
            --quiet MINUTES           wait so long in all for a machine that does nothing else, and repeat disturbed runs (0)
            """ + JvmOptions.USAGE;

    /**
     * Reads the arguments of the command line.
     *
     * @throws IllegalArgumentException with a text for the user
     */
    static RowsOptions parse(String... commandLine) {
        Arguments arguments = Arguments.of(commandLine);
        RowsOptions options = new RowsOptions(
                arguments.number("--runs", 3, 1),
                arguments.number("--rows", 5_000_000, 1),
                arguments.number("--latency-runs", 1, 0),
                arguments.number("--latency-seconds", 20, 1),
                arguments.number("--latency-rate", 500, 1),
                Path.of(arguments.text("--json", "postgres-snapshot.json")),
                arguments.number("--quiet", 0, 0),
                JvmOptions.parse(arguments));
        arguments.requireNoOther();
        return options;
    }
}
