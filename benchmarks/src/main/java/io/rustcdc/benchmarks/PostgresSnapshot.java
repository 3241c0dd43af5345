package io.rustcdc.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the rows of the same table with plain COPY, by the first load of a new slot, and in chunks, in turns, and prints what
 * each costs. Then measures the latency of a steady load on that table while its rows are read in chunks all the time.
 */
public final class PostgresSnapshot {

    static final List<Program> VARIANTS = List.of(Program.COPY, Program.FIRST_LOAD, Program.CHUNKS);

    private static final String TABLE = "rows";

    private final RowsOptions options;
    private final JvmLauncher launcher;
    private final QuietMachine machine;

    private PostgresSnapshot(RowsOptions options) {
        this.options = options;
        this.launcher = new JvmLauncher(options.jvm());
        this.machine = new QuietMachine(Duration.ofMinutes(options.quietMinutes()));
    }

    /** See {@link RowsOptions#USAGE}; without arguments the full measurement of about three minutes. */
    public static void main(String[] arguments) throws Exception {
        Results.main(RowsOptions.USAGE, () -> RowsOptions.parse(arguments), PostgresSnapshot::run);
    }

    /** Measures on a server of its own, with all files in a temporary folder. */
    static RowsReport run(RowsOptions options) throws Exception {
        try (PostgresBenchmarkServer server = new PostgresBenchmarkServer()) {
            return new PostgresSnapshot(options).measure(server);
        }
    }

    private RowsReport measure(PostgresBenchmarkServer server) throws Exception {
        System.err.println("writing %d rows".formatted(options.rows()));
        server.createRows(TABLE, options.rows());
        List<RowsReport.Run> runs = new ArrayList<>();
        for (int number = 1; number <= options.runs(); number++) {
            for (Program variant : VARIANTS) {
                RowsResult result = machine.undisturbed(() -> read(server, variant), RowsResult::otherCores);
                RowsReport.Run run = new RowsReport.Run(variant, number, result);
                System.err.println(run.text());
                runs.add(run);
            }
        }
        return new RowsReport(Environment.of(server), options, runs, latency(server));
    }

    private RowsResult read(PostgresBenchmarkServer server, Program variant) throws IOException, InterruptedException {
        PostgresTarget target = server.target(TABLE);
        if (variant == Program.CHUNKS) {
            server.createSlot(target.slot());
        }
        RowsResult result = launcher.run(Task.capture(variant, target, options.rows()), RowsResult.class);
        if (!variant.isPlain()) {
            server.forget(target);
        }
        return result;
    }

    private List<LatencyResult> latency(PostgresBenchmarkServer server) throws IOException, InterruptedException {
        List<LatencyResult> results = new ArrayList<>();
        for (int run = 1; run <= options.latencyRuns(); run++) {
            machine.await();
            server.removeOthers(TABLE);
            PostgresTarget target = server.target(TABLE);
            server.createSlot(target.slot());
            LatencyResult result = launcher.run(
                    Task.latencyBesideChunks(target, options.latencySeconds(), options.latencyRate()),
                    LatencyResult.class);
            server.forget(target);
            System.err.println("latency run %d: commit to handler %s".formatted(run, result.commitToListener()));
            results.add(result);
        }
        return results;
    }
}
