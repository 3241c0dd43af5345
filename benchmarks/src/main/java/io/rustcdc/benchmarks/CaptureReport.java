package io.rustcdc.benchmarks;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** All results, as a text for people and as JSON for machines; the JSON's names and units are those of the records. */
record CaptureReport(
        Environment environment,
        CaptureOptions options,
        List<Run> runs,
        List<LatencyResult> latency,
        List<IdleResult> idle)
        implements Results {

    private static final double MB = 1024 * 1024;
    private static final String HEADER = "%-9s %32s %7s %10s %17s %20s %10s %9s %7s%n"
            .formatted(
                    "variant",
                    "rows/s (min-max)",
                    "/naive",
                    "first row",
                    "client CPU",
                    "sender CPU",
                    "peak heap",
                    "peak RSS",
                    "others");

    /** One reading of one backlog. */
    record Run(Workload workload, Program variant, int run, CaptureResult result) {

        String text() {
            return "%s, %s, run %d: %s rows/s"
                    .formatted(workload.name(), variant.label(), run, Spread.count(result.rowsPerSecond()));
        }
    }

    /** How often one variant's median is another's, both on one workload; NaN when one of them did not run. */
    double ratio(String workload, Program variant, Program reference) {
        return Spread.of(results(workload, variant), CaptureResult::rowsPerSecond)
                        .median()
                / Spread.of(results(workload, reference), CaptureResult::rowsPerSecond)
                        .median();
    }

    @Override
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append("%s%n".formatted(environment));
        runs.stream().map(Run::workload).distinct().forEach(workload -> appendWorkload(text, workload));
        latency.forEach(result -> text.append(result.text("steady load")));
        idle.forEach(result -> text.append("%nidle engine for %.0f s: %.2f %% of a core, live heap %.1f MB%n"
                .formatted(result.seconds(), result.ownCores() * 100, result.heapBytes() / MB)));
        return text.toString();
    }

    private void appendWorkload(StringBuilder text, Workload workload) {
        text.append("%nbacklog '%s': %s rows, %d in a transaction; medians of %d runs%n"
                .formatted(
                        workload.name(),
                        Spread.count((double) workload.rows()),
                        workload.rowsPerTransaction(),
                        options.runs()));
        text.append(HEADER);
        for (Program variant : options.variants()) {
            appendVariant(text, workload, variant);
        }
    }

    private void appendVariant(StringBuilder text, Workload workload, Program variant) {
        List<CaptureResult> results = results(workload.name(), variant);
        Spread rows = Spread.of(results, CaptureResult::rowsPerSecond);
        text.append("%-9s %32s %7.2f %7.0f ms %17s %20s %7.0f MB %6.0f MB %7.2f%n"
                .formatted(
                        variant.label(),
                        rows.counts(),
                        ratio(workload.name(), variant, Program.NAIVE),
                        1e3 * median(results, CaptureResult::firstRowSeconds),
                        "%.2f s %.2f us/row"
                                .formatted(
                                        median(results, CaptureResult::clientCpuSeconds),
                                        median(results, CaptureResult::clientMicrosPerRow)),
                        "%.2f s %.2f us/row"
                                .formatted(
                                        median(results, CaptureResult::senderCpuSeconds),
                                        median(results, CaptureResult::senderMicrosPerRow)),
                        median(results, CaptureResult::peakHeapBytes) / MB,
                        median(results, CaptureResult::peakRssBytes) / MB,
                        median(results, CaptureResult::otherCores)));
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
}
