package io.rustcdc.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** All results, as a text for people and as JSON for machines; the JSON's names and units are those of the records. */
record CaptureReport(Environment environment, List<Run> runs, List<LatencyResult> latency, List<IdleResult> idle) {

    private static final double MB = 1024 * 1024;
    private static final String HEADER = "%-9s %22s %7s %10s %17s %20s %10s %9s %7s%n"
            .formatted(
                    "variant",
                    "rows/s (min-max)",
                    "/naive",
                    "first row",
                    "client CPU",
                    "walsender CPU",
                    "peak heap",
                    "peak RSS",
                    "others");

    /** One reading of one backlog. */
    record Run(Workload workload, Program variant, int run, CaptureResult result) {

        String text() {
            return "%s, %s, run %d: %s rows/s"
                    .formatted(workload.name(), variant.label(), run, count(result.rowsPerSecond()));
        }
    }

    /** Where and how it was measured. */
    record Environment(String java, String system, int processors, String server, CaptureOptions options) {

        static Environment of(BenchmarkServer server, CaptureOptions options) {
            return new Environment(
                    System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
                    System.getProperty("os.name") + " " + System.getProperty("os.version"),
                    Runtime.getRuntime().availableProcessors(),
                    "PostgreSQL " + server.version(),
                    options);
        }
    }

    /** How often one variant's median is another's, both on one workload; NaN when one of them did not run. */
    double ratio(String workload, Program variant, Program reference) {
        return Spread.of(results(workload, variant), CaptureResult::rowsPerSecond)
                        .median()
                / Spread.of(results(workload, reference), CaptureResult::rowsPerSecond)
                        .median();
    }

    void write(Path file) throws IOException {
        Files.writeString(
                file,
                JsonMapper.builder()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .build()
                        .writeValueAsString(this));
    }

    String text() {
        StringBuilder text = new StringBuilder();
        text.append("%s, %d processors, %s, %s%n"
                .formatted(environment.server(), environment.processors(), environment.java(), environment.system()));
        runs.stream().map(Run::workload).distinct().forEach(workload -> appendWorkload(text, workload));
        latency.forEach(result -> appendLatency(text, result));
        idle.forEach(result -> text.append("%nidle engine for %.0f s: %.2f %% of a core, live heap %.1f MB%n"
                .formatted(result.seconds(), result.ownCores() * 100, result.heapBytes() / MB)));
        return text.toString();
    }

    private void appendWorkload(StringBuilder text, Workload workload) {
        text.append("%nbacklog '%s': %s rows, %d in a transaction; medians of %d runs%n"
                .formatted(
                        workload.name(),
                        count((double) workload.rows()),
                        workload.rowsPerTransaction(),
                        environment.options().runs()));
        text.append(HEADER);
        for (Program variant : environment.options().variants()) {
            appendVariant(text, workload, variant);
        }
    }

    private void appendVariant(StringBuilder text, Workload workload, Program variant) {
        List<CaptureResult> results = results(workload.name(), variant);
        Spread rows = Spread.of(results, CaptureResult::rowsPerSecond);
        text.append("%-9s %22s %7.2f %7.0f ms %17s %20s %7.0f MB %6.0f MB %7.2f%n"
                .formatted(
                        variant.label(),
                        "%s (%s-%s)".formatted(count(rows.median()), count(rows.min()), count(rows.max())),
                        ratio(workload.name(), variant, Program.NAIVE),
                        1e3 * median(results, CaptureResult::firstRowSeconds),
                        "%.2f s %.2f us/row"
                                .formatted(
                                        median(results, CaptureResult::clientCpuSeconds),
                                        median(results, CaptureResult::clientMicrosPerRow)),
                        "%.2f s %.2f us/row"
                                .formatted(
                                        median(results, CaptureResult::walsenderCpuSeconds),
                                        median(results, CaptureResult::walsenderMicrosPerRow)),
                        median(results, CaptureResult::peakHeapBytes) / MB,
                        median(results, CaptureResult::peakRssBytes) / MB,
                        median(results, CaptureResult::otherCores)));
    }

    private void appendLatency(StringBuilder text, LatencyResult result) {
        text.append("%nsteady load, %d transactions at %.0f/s%n"
                .formatted(result.commitToListener().count(), result.achievedRate()));
        text.append("  commit returned to listener  %s%n".formatted(result.commitToListener()));
        text.append("  due to listener              %s%n".formatted(result.dueToListener()));
        text.append("  the writer's commit          %s%n".formatted(result.commit()));
        text.append("  the writer behind schedule   %s%n".formatted(result.writerLate()));
        text.append("  fsync of this disk           %s%n".formatted(result.fsync()));
        text.append(
                "  cores, writer included       %.2f, others %.2f%n".formatted(result.ownCores(), result.otherCores()));
    }

    private List<CaptureResult> results(String workload, Program variant) {
        return runs.stream()
                .filter(run -> run.workload().name().equals(workload) && run.variant() == variant)
                .map(Run::result)
                .toList();
    }

    private static double median(List<CaptureResult> results, ToDoubleFunction<CaptureResult> figure) {
        return Spread.of(results, figure).median();
    }

    private static String count(double number) {
        return String.format(Locale.ROOT, "%,.0f", number);
    }

    /** The middle and the ends of one figure over all runs; NaN without runs. */
    record Spread(double min, double median, double max) {

        static Spread of(List<CaptureResult> results, ToDoubleFunction<CaptureResult> figure) {
            double[] sorted = results.stream().mapToDouble(figure).sorted().toArray();
            int size = sorted.length;
            return size == 0
                    ? new Spread(Double.NaN, Double.NaN, Double.NaN)
                    : new Spread(sorted[0], (sorted[(size - 1) / 2] + sorted[size / 2]) / 2, sorted[size - 1]);
        }
    }
}
