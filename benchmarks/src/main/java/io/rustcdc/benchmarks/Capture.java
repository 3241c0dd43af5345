package io.rustcdc.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads the same backlog again and again with a naive loop over a client library, the engine and a typed listener, in
 * turns, and prints what each costs. Then measures the latency of a steady load and the engine's idleness.
 */
final class Capture {

    private final CaptureOptions options;
    private final JvmLauncher launcher;
    private final QuietMachine machine;

    private Capture(CaptureOptions options) {
        this.options = options;
        this.launcher = new JvmLauncher(options.jvm());
        this.machine = new QuietMachine(Duration.ofMinutes(options.quietMinutes()));
    }

    /** Measures as the command line says, and prints and writes the results. */
    static void main(Database database, String... arguments) throws Exception {
        Results.main(CaptureOptions.usage(database), () -> CaptureOptions.parse(database, arguments), Capture::run);
    }

    /** Measures on a server of its own, with all files in a temporary folder. */
    static CaptureReport run(CaptureOptions options) throws Exception {
        try (BenchmarkServer server = options.database().start()) {
            return new Capture(options).measure(server);
        }
    }

    private CaptureReport measure(BenchmarkServer server) throws Exception {
        List<CaptureReport.Run> runs = new ArrayList<>();
        for (Workload workload : workloads()) {
            progress("writing the backlog '%s': %d rows, %d in a transaction"
                    .formatted(workload.name(), workload.rows(), workload.rowsPerTransaction()));
        }
        server.write(workloads());
        for (Workload workload : workloads()) {
            for (int run = 1; run <= options.runs(); run++) {
                for (Program variant : options.variants()) {
                    runs.add(undisturbed(server, workload, variant, run));
                }
            }
        }
        return new CaptureReport(Environment.of(server), options, runs, latency(server), idle(server));
    }

    private CaptureReport.Run undisturbed(BenchmarkServer server, Workload workload, Program variant, int number)
            throws Exception {
        CaptureResult result = machine.undisturbed(() -> capture(server, workload, variant), CaptureResult::otherCores);
        CaptureReport.Run run = new CaptureReport.Run(workload, variant, number, result);
        progress(run.text());
        return run;
    }

    private List<Workload> workloads() {
        return Stream.of(
                        new Workload("batched", options.batchedRows(), options.rowsPerTransaction()),
                        new Workload("single", options.singleRows(), 1))
                .filter(workload -> workload.rows() > 0)
                .toList();
    }

    private CaptureResult capture(BenchmarkServer server, Workload workload, Program variant)
            throws IOException, InterruptedException {
        Target target = server.backlog(workload);
        CaptureResult result = launcher.run(Task.capture(variant, target, workload.rows()), CaptureResult.class);
        server.forget(target);
        return result;
    }

    private List<LatencyResult> latency(BenchmarkServer server) throws IOException, InterruptedException {
        List<LatencyResult> results = new ArrayList<>();
        for (int run = 1; run <= options.latencyRuns(); run++) {
            machine.await();
            String table = "steady_" + run;
            server.createTable(table);
            Target target = server.end(table);
            LatencyResult result = launcher.run(
                    Task.latency(target, options.latencySeconds(), options.latencyRate()), LatencyResult.class);
            server.forget(target);
            progress("latency run %d: commit returned to listener %s".formatted(run, result.commitToListener()));
            results.add(result);
        }
        return results;
    }

    private List<IdleResult> idle(BenchmarkServer server) throws IOException, InterruptedException {
        if (options.idleSeconds() == 0) {
            return List.of();
        }
        server.createTable("idle");
        Target target = server.end("idle");
        IdleResult result = launcher.run(Task.idle(target, options.idleSeconds()), IdleResult.class);
        server.forget(target);
        return List.of(result);
    }

    private static void progress(String text) {
        System.err.println(text);
    }
}
