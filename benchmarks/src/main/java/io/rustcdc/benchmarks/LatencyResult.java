package io.rustcdc.benchmarks;

/**
 * How long a change takes at a steady load. Each transaction is one statement, which commits by itself.
 *
 * @param fsync of this disk, measured before the load
 * @param commit how long the writer's commits took, from the moment each was sent
 * @param sentToListener from the moment before a commit was sent to the listener's call: the server's work and the disk
 *     are in it
 * @param commitToListener from the moment a commit returned to its writer to the listener's call; negative when the
 *     listener was first, since the server sends a change as soon as its log is flushed
 * @param dueToListener from the moment a transaction was due by the schedule to the listener's call: what the database,
 *     the disk and a late writer add is in it, so no stall of anything is left out
 * @param writerLate how far behind its schedule the writer sent
 * @param achievedRate transactions each second
 * @param ownCores what the whole JVM, with the writer in it, used of the processors
 * @param otherCores what everybody but this JVM and the server used meanwhile
 */
record LatencyResult(
        Percentiles fsync,
        Percentiles commit,
        Percentiles sentToListener,
        Percentiles commitToListener,
        Percentiles dueToListener,
        Percentiles writerLate,
        double achievedRate,
        double ownCores,
        double otherCores) {

    String text(String name) {
        return """

                %s, %d transactions at %.0f/s
                  commit sent to listener      %s
                  commit returned to listener  %s
                  due to listener              %s
                  the writer's commit          %s
                  the writer behind schedule   %s
                  fsync of this disk           %s
                  cores, writer included       %.2f, others %.2f
                """.formatted(
                        name,
                        commitToListener.count(),
                        achievedRate,
                        sentToListener,
                        commitToListener,
                        dueToListener,
                        commit,
                        writerLate,
                        fsync,
                        ownCores,
                        otherCores);
    }
}
