package io.rustcdc.delivery;

import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a change that a listener cannot handle. An {@link Error} stops the source under every policy.
 *
 * @param action what happens beyond the retries
 * @param retry how often the listener is called for one change; null for the options of its engine
 * @param notRetried exceptions that no other call can help; the causes of an exception are asked about, too
 * @param brokenAfter when so many different rows have failed one after the other, without a success between, it is not the rows: no
 *     further row is parked then, but the call is repeated until it succeeds
 */
public record FailurePolicy(
        Action action, @Nullable RetryOptions retry, Predicate<Throwable> notRetried, int brokenAfter) {

    /** After so many rows it is the listener. */
    public static final int DEFAULT_BROKEN_AFTER = 5;

    private static final FailurePolicy STOP = of(Action.STOP);

    /** The deepest cause that is asked about; a chain may be a ring. */
    private static final int DEEPEST_CHAIN = 30;

    /** What happens when a listener has failed for a change beyond its retries. */
    public enum Action {
        /** The source fails, and goes on with this change once it is started again. */
        STOP,
        /** The change is acknowledged as if it had been handled. */
        SKIP,
        /**
         * The change, and all later ones of its row, become dead letters until they are replayed or discarded. A change without
         * a key belongs to no row: it stops the source. So does one that finds no room among the letters.
         */
        PARK
    }

    public FailurePolicy {
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(notRetried, "notRetried");
        if (brokenAfter < 1) {
            throw new IllegalArgumentException("'broken-after' must be 1 row or more, found " + brokenAfter);
        }
    }

    /** With the retries of the engine, for all exceptions. */
    public static FailurePolicy of(Action action) {
        return new FailurePolicy(action, null, thrown -> false, DEFAULT_BROKEN_AFTER);
    }

    public static FailurePolicy stop() {
        return STOP;
    }

    public FailurePolicy withRetry(@Nullable RetryOptions options) {
        return new FailurePolicy(action, options, notRetried, brokenAfter);
    }

    public FailurePolicy withNotRetried(Predicate<Throwable> exceptions) {
        return new FailurePolicy(action, retry, exceptions, brokenAfter);
    }

    public FailurePolicy withBrokenAfter(int rows) {
        return new FailurePolicy(action, retry, notRetried, rows);
    }

    /** Whether another call may help. */
    boolean isRetried(Throwable thrown) {
        Throwable next = thrown;
        for (int depth = 0; next != null && depth < DEEPEST_CHAIN; depth++) {
            if (notRetried.test(next)) {
                return false;
            }
            next = next.getCause();
        }
        return true;
    }
}
