package io.rustcdc.runtime;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Waits that double from 300 ms to 10 s, each shortened at random by up to a third so that clients do not march in step. */
final class Backoff {

    private static final long INITIAL_MILLIS = 300;
    private static final long MAX_MILLIS = 10_000;

    private int failures;

    Duration next() {
        long millis = Math.min(MAX_MILLIS, INITIAL_MILLIS << Math.min(failures++, 10));
        return Duration.ofMillis(millis - ThreadLocalRandom.current().nextLong(millis / 3 + 1));
    }

    void reset() {
        failures = 0;
    }
}
