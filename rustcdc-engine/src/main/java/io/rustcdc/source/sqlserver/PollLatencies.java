package io.rustcdc.source.sqlserver;

import java.time.Duration;
import java.util.Arrays;

/**
 * How long looks at the database take: the higher percentiles of the last ones, and whether the longest of them have got out of
 * proportion. A run is so many looks; the tail is heavy when in each of the last runs p99 was more than ten times p95. For any thread.
 */
final class PollLatencies {

    private static final int RUN = 200;
    private static final int WARN_RUNS = 3;
    private static final int WARN_RATIO = 10;
    private static final int ESCALATE_RATIO = 50;

    private final long[] nanos = new long[RUN];
    private int count;
    private int heavyRuns;
    private Tail tail = new Tail(Duration.ZERO, Duration.ZERO, false, false);

    /**
     * What was seen.
     *
     * @param heavy whether the tail was heavy in the last three runs
     * @param extreme whether in the last run p99 was more than fifty times p95
     */
    record Tail(Duration p95, Duration p99, boolean heavy, boolean extreme) {}

    synchronized void add(long duration) {
        nanos[count++ % RUN] = duration;
        if (count % RUN == 0) {
            endRun();
        }
    }

    private void endRun() {
        long[] sorted = sorted();
        long p95 = percentile(sorted, 95);
        long p99 = percentile(sorted, 99);
        heavyRuns = p99 > WARN_RATIO * p95 ? heavyRuns + 1 : 0;
        tail = new Tail(
                Duration.ofNanos(p95),
                Duration.ofNanos(p99),
                heavyRuns >= WARN_RUNS,
                heavyRuns >= WARN_RUNS && p99 > ESCALATE_RATIO * p95);
    }

    /** The percentiles of the last looks, up to a run of them, and the verdict on the last whole runs. */
    synchronized Tail tail() {
        long[] sorted = sorted();
        return new Tail(
                Duration.ofNanos(percentile(sorted, 95)),
                Duration.ofNanos(percentile(sorted, 99)),
                tail.heavy,
                tail.extreme);
    }

    private long[] sorted() {
        long[] sorted = Arrays.copyOf(nanos, Math.min(count, RUN));
        Arrays.sort(sorted);
        return sorted;
    }

    private static long percentile(long[] sorted, int percent) {
        if (sorted.length == 0) {
            return 0;
        }
        return sorted[(int) Math.ceil(sorted.length * percent / 100.0) - 1];
    }
}
