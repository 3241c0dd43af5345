package io.rustcdc.benchmarks;

/**
 * One backlog, in a table of its own.
 *
 * @param name of the table
 */
record Workload(String name, long rows, int rowsPerTransaction) {}
