package io.rustcdc.benchmarks;

import java.io.IOException;

/** The server with the backlogs; nothing but these and their readers makes work there. */
interface BenchmarkServer extends AutoCloseable {

    /** Product and version. */
    String product();

    /** An empty table. */
    void createTable(String name);

    /** Writes backlogs, each behind a position of its own, and returns when the server is at rest. */
    void write(Iterable<Workload> workloads);

    /** A backlog to read from its first row on, with checkpoints in a new folder. */
    Target backlog(Workload workload) throws IOException;

    /** A table to read from now on, with checkpoints in a new folder. */
    Target end(String table) throws IOException;

    /** Waits for a reader to be gone, and removes what the server keeps for it. */
    void forget(Target target);

    @Override
    void close();
}
