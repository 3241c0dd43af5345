package io.rustcdc.benchmarks;

/**
 * An engine without work.
 *
 * @param ownCores what the whole JVM used of the processors
 * @param heapBytes what is live after a collection
 */
record IdleResult(double seconds, double ownCores, long heapBytes) {}
