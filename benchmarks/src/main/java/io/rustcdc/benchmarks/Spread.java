package io.rustcdc.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The middle and the ends of one figure over all runs; NaN without runs. */
record Spread(double min, double median, double max) {

    static <R> Spread of(List<R> results, ToDoubleFunction<R> figure) {
        double[] sorted = results.stream().mapToDouble(figure).sorted().toArray();
        int size = sorted.length;
        return size == 0
                ? new Spread(Double.NaN, Double.NaN, Double.NaN)
                : new Spread(sorted[0], (sorted[(size - 1) / 2] + sorted[size / 2]) / 2, sorted[size - 1]);
    }

    static String count(double number) {
        return String.format(Locale.ROOT, "%,.0f", number);
    }

    /** As counts: the median, and the ends in brackets. */
    String counts() {
        return "%s (%s-%s)".formatted(count(median), count(min), count(max));
    }
}
