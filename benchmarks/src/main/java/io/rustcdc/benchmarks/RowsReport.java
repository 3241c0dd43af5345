package io.rustcdc.benchmarks;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** All results of {@link PostgresSnapshot}. */
record RowsReport(Environment environment, RowsOptions options, List<Run> runs, List<LatencyResult> latency)
        implements Results {

    private static final double MB = 1024 * 1024;
    private static final String HEADER = "%-10s %32s %6s %10s %17s %10s %9s %7s%n"
            .formatted(
                    "variant",
                    "rows/s (min-max)",
                    "/copy",
                    "first row",
                    "client CPU",
                    "peak heap",
                    "peak RSS",
                    "others");

    /** One reading of the table. */
    record Run(Program variant, int run, RowsResult result) {

        String text() {
            return "%s, run %d: %s rows/s".formatted(variant.label(), run, Spread.count(result.rowsPerSecond()));
        }
    }

    /** How often one variant's median is that of plain COPY. */
    double ratio(Program variant) {
        return median(variant, RowsResult::rowsPerSecond) / median(Program.COPY, RowsResult::rowsPerSecond);
    }

    @Override
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append("%s%n%n%s rows; medians of %d runs%n%s"
                .formatted(environment, Spread.count(options.rows()), options.runs(), HEADER));
        for (Program variant : PostgresSnapshot.VARIANTS) {
            text.append("%-10s %32s %6.2f %7.0f ms %17s %7.0f MB %6.0f MB %7.2f%n"
                    .formatted(
                            variant.label(),
                            Spread.of(results(variant), RowsResult::rowsPerSecond)
                                    .counts(),
                            ratio(variant),
                            1e3 * median(variant, RowsResult::firstRowSeconds),
                            "%.2f s %.2f us/row"
                                    .formatted(
                                            median(variant, RowsResult::clientCpuSeconds),
                                            median(variant, RowsResult::clientMicrosPerRow)),
                            median(variant, RowsResult::peakHeapBytes) / MB,
                            median(variant, RowsResult::peakRssBytes) / MB,
                            median(variant, RowsResult::otherCores)));
        }
        latency.forEach(result -> text.append(result.text("steady load beside chunks")));
        return text.toString();
    }

    private double median(Program variant, ToDoubleFunction<RowsResult> figure) {
        return Spread.of(results(variant), figure).median();
    }

    private List<RowsResult> results(Program variant) {
        return runs.stream()
                .filter(run -> run.variant() == variant)
                .map(Run::result)
                .toList();
    }
}
