package io.rustcdc.chaos;

/** Writes random transactions until it is told to stop: whatever an application may do to its tables. */
interface ChaosWriter extends Runnable {

    /** How many transactions it has committed, as far as it knows. */
    int commits();

    /** How many transactions, or connections, have failed. */
    int failures();
}
