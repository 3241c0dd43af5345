package io.rustcdc.event;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How long things take with a database that is asked for its changes again and again.
 *
 * @param p95 what 95 of 100 of the last looks at the database took at most
 * @param p99 what 99 of 100 of them took at most
 * @param captureLatency how far the database's own capture process is behind its log, which is no part of the source's lag; null when
 *     that is not known
 */
public record PollTimes(
        Duration p95, Duration p99, @Nullable Duration captureLatency) {

    public PollTimes {
        Objects.requireNonNull(p95, "p95");
        Objects.requireNonNull(p99, "p99");
    }
}
