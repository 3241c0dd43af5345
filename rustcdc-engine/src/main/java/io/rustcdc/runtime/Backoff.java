package io.rustcdc.runtime;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Waits that double from a first to a longest one, each shortened at random by up to a third so that clients do not march in step. */
final class Backoff {

    private final long initialMillis;
    private final long maxMillis;
    private int failures;

    Backoff(Duration initial, Duration max) {
        this.initialMillis = initial.toMillis();
        this.maxMillis = max.toMillis();
    }

    /** For what mends itself: from 300 ms to 10 s. */
    static Backoff brisk() {
        return new Backoff(Duration.ofMillis(300), Duration.ofSeconds(10));
    }

    /** For what somebody has to mend, and where each try counts as a failed login: from 2 s to 30 s. */
    static Backoff slow() {
        return new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(30));
    }

    Duration next() {
        long millis = Math.min(maxMillis, initialMillis << Math.min(failures++, 10));
        return Duration.ofMillis(millis - ThreadLocalRandom.current().nextLong(millis / 3 + 1));
    }

    void reset() {
        failures = 0;
    }
}
