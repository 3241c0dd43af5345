package io.rustcdc.benchmarks;

import java.util.Locale;

/** What one measured JVM does. */
enum Program {
    /** Takes the messages of pgjdbc's stream, looks at their first byte, and counts the rows. */
    NAIVE,
    /** The engine with a handler that only counts, and checkpoints in files. */
    ENGINE,
    /** A Spring context with the starter and a listener that takes the rows as a record. */
    LISTENER,
    /** The engine at a steady load: how long after its commit does a change arrive. */
    LATENCY,
    /** The engine while nothing happens. */
    IDLE;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
