package io.rustcdc.delivery;

import java.time.Duration;

/**
 * How often a failing listener is called for one change, in place, before the error policy decides.
 *
 * @param attempts calls in all, at least 1
 * @param initialDelay the wait before the second call
 * @param multiplier by which the wait grows, at least 1
 * @param maxDelay the longest wait
 */
public record RetryOptions(int attempts, Duration initialDelay, double multiplier, Duration maxDelay) {

    public RetryOptions {
        if (attempts < 1 || multiplier < 1 || initialDelay.isNegative() || maxDelay.isNegative()) {
            throw new IllegalArgumentException(
                    "Retry needs attempts >= 1, multiplier >= 1 and delays >= 0, found attempts=%d, multiplier=%s, initial-delay=%s, max-delay=%s"
                            .formatted(attempts, multiplier, initialDelay, maxDelay));
        }
    }

    public static RetryOptions ofDefaults() {
        return new RetryOptions(3, Duration.ofMillis(100), 2, Duration.ofSeconds(10));
    }

    /** The wait after this many failed calls. */
    Duration delayAfter(int failures) {
        double millis = (double) initialDelay.toMillis() * Math.pow(multiplier, failures - 1);
        return Duration.ofMillis((long) Math.min(millis, (double) maxDelay.toMillis()));
    }
}
