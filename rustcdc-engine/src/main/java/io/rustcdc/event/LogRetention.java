package io.rustcdc.event;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The log that a server keeps because a source has not read it yet, as it was measured.
 *
 * @param unconfirmedBytes log between the position that the server was told last and the end of its log
 * @param retainedBytes log that the server may not remove for the source's sake; at least the unconfirmed, and more while
 *     long transactions run; 0 when it has removed log that was needed
 * @param safeBytes how much more can be written before log that the source needs may be removed; null when there is no
 *     limit, so that the disk fills instead
 * @param runway how long it takes until log that the source needs may be removed, if things go on as they do; null when nothing
 *     points to that
 * @param status the server's own word; on PostgreSQL {@code reserved}, {@code extended}, {@code unreserved} or {@code lost}
 * @param safety what that word means
 * @param read whether anybody reads the log at the moment
 * @param measuredAt when, by this process's clock
 * @param remedy what an operator can do when it is too much
 */
public record LogRetention(
        long unconfirmedBytes,
        long retainedBytes,
        @Nullable Long safeBytes,
        @Nullable Duration runway,
        String status,
        Safety safety,
        boolean read,
        Instant measuredAt,
        String remedy) {

    public LogRetention {
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(safety, "safety");
        Objects.requireNonNull(measuredAt, "measuredAt");
        Objects.requireNonNull(remedy, "remedy");
    }

    /** The same with another runway. */
    public LogRetention withRunway(Duration runway) {
        return new LogRetention(
                unconfirmedBytes, retainedBytes, safeBytes, runway, status, safety, read, measuredAt, remedy);
    }

    /** Whether everything that the source still has to read will be there. */
    public enum Safety {
        SAFE,
        /** The server may remove log that the source needs at any moment. */
        ENDANGERED,
        /** Log that the source needs is gone. */
        LOST
    }
}
