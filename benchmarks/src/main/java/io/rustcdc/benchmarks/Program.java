package io.rustcdc.benchmarks;

import java.util.Locale;

/** What one measured JVM does. */
enum Program {
    /** A loop over a client library that counts the rows. */
    NAIVE,
    /** The engine with a handler that only counts, and checkpoints in files. */
    ENGINE,
    /** A Spring context with the starter and a listener that takes the rows as a record. */
    LISTENER,
    /** As {@link #LISTENER}, with a listener that takes what has arrived as a list of records. */
    BATCH_LISTENER,
    /** The engine at a steady load: how long after its commit does a change arrive. */
    LATENCY,
    /** The engine while nothing happens. */
    IDLE,
    /** Plain {@code COPY ... TO STDOUT} through pgjdbc, its lines counted and thrown away. */
    COPY,
    /** The engine's first start without a slot: the rows that exist, before the stream flows. */
    FIRST_LOAD,
    /** The engine's first start on a slot that is there: the rows that exist, in chunks beside the stream. */
    CHUNKS,
    /** As {@link #LATENCY}, while chunks of the same table are read all the time. */
    LATENCY_BESIDE_CHUNKS;

    /** Whether it is a bare loop over the driver. */
    boolean isPlain() {
        return this == NAIVE || this == COPY;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
