package io.rustcdc.benchmarks;

import java.util.Arrays;

/** The distribution of some durations, in milliseconds. */
record Percentiles(int count, double p50, double p99, double p999, double max) {

    static Percentiles ofNanos(long[] nanos) {
        if (nanos.length == 0) {
            return new Percentiles(0, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
        }
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new Percentiles(sorted.length, at(sorted, 0.5), at(sorted, 0.99), at(sorted, 0.999), at(sorted, 1));
    }

    /** The smallest value that this share of all values does not exceed. */
    private static double at(long[] sorted, double share) {
        int rank = (int) Math.ceil(share * sorted.length);
        return sorted[Math.max(0, rank - 1)] / 1e6;
    }

    @Override
    public String toString() {
        return "p50 %.2f  p99 %.2f  p99.9 %.2f  max %.2f ms".formatted(p50, p99, p999, max);
    }
}
