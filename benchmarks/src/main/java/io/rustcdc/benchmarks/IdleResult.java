package io.rustcdc.benchmarks;

/**
 * An engine without work.
 *
 * @param cpuShare of one core, for the whole JVM
 * @param heapBytes what is live after a collection
 */
record IdleResult(double seconds, double cpuShare, long heapBytes) {}
