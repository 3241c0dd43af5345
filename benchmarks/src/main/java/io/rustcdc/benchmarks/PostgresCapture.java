package io.rustcdc.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads the same backlog again and again with the naive loop over pgjdbc, the engine and a typed listener, in turns, and
 * prints what each costs. Then measures the latency of a steady load and the engine's idleness.
 */
public final class PostgresCapture {

    private final CaptureOptions options;
    private final JvmLauncher launcher;
    private final QuietMachine machine;

    private PostgresCapture(CaptureOptions options) {
        this.options = options;
        this.launcher = new JvmLauncher(options.jvm());
        this.machine = new QuietMachine(Duration.ofMinutes(options.quietMinutes()));
    }

    /** See {@link CaptureOptions#USAGE}; without arguments the full measurement of about fifteen minutes. */
    public static void main(String[] arguments) throws Exception {
        CaptureOptions options;
        try {
            options = CaptureOptions.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.println();
            System.err.print(CaptureOptions.USAGE);
            System.exit(2);
            return;
        }
        CaptureReport report = run(options);
        System.out.print(report.text());
        JsonFile.write(options.json(), report);
        System.out.println("All figures: " + options.json().toAbsolutePath());
    }

    /** Measures on a server of its own, with all files in a temporary folder. */
    static CaptureReport run(CaptureOptions options) throws Exception {
        try (BenchmarkServer server = new BenchmarkServer()) {
            return new PostgresCapture(options).measure(server);
        }
    }

    private CaptureReport measure(BenchmarkServer server) throws Exception {
        List<CaptureReport.Run> runs = new ArrayList<>();
        for (Workload workload : workloads()) {
            progress("writing the backlog '%s': %d rows, %d in a transaction"
                    .formatted(workload.name(), workload.rows(), workload.rowsPerTransaction()));
            server.write(workload);
        }
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
        Target target = server.target(workload.name());
        server.copySlot(workload, target.slot());
        CaptureResult result = launcher.run(Task.capture(variant, target, workload.rows()), CaptureResult.class);
        server.dropSlot(target.slot());
        return result;
    }

    private List<LatencyResult> latency(BenchmarkServer server) throws IOException, InterruptedException {
        List<LatencyResult> results = new ArrayList<>();
        for (int run = 1; run <= options.latencyRuns(); run++) {
            machine.await();
            String table = "steady_" + run;
            server.createTable(table);
            Target target = server.target(table);
            LatencyResult result = launcher.run(
                    Task.latency(target, options.latencySeconds(), options.latencyRate()), LatencyResult.class);
            server.dropSlot(target.slot());
            progress("latency run %d: commit to listener %s".formatted(run, result.commitToListener()));
            results.add(result);
        }
        return results;
    }

    private List<IdleResult> idle(BenchmarkServer server) throws IOException, InterruptedException {
        if (options.idleSeconds() == 0) {
            return List.of();
        }
        server.createTable("idle");
        Target target = server.target("idle");
        IdleResult result = launcher.run(Task.idle(target, options.idleSeconds()), IdleResult.class);
        server.dropSlot(target.slot());
        return List.of(result);
    }

    private static void progress(String text) {
        System.err.println(text);
    }
}
