package io.rustcdc.benchmarks;

/**
 * One backlog: a table of its own, published by itself, so that nothing of another backlog is sent to its readers.
 *
 * @param name of the table and the publication
 */
record Workload(String name, long rows, int rowsPerTransaction) {

    /** The slot that stands before the first row and is copied for each run. */
    String baseSlot() {
        return name + "_base";
    }
}
