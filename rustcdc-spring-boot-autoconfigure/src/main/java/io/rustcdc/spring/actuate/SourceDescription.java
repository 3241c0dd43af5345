package io.rustcdc.spring.actuate;

import io.rustcdc.event.LogRetention;
import io.rustcdc.observe.EngineStatus;
import io.rustcdc.observe.HealthVerdict;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * How a source is.
 *
 * @param verdict healthy, idle, stalled, failed, not_running or standby
 * @param reason why, where there is something to explain
 * @param action what to do about it
 * @param offset the saved position for people; null before the first save
 * @param position the saved position as the checkpoint holds it; null before the first save
 * @param committedCount events acknowledged and saved over all starts
 * @param eventsPolled events handed to listeners since the process started
 * @param eventsCommitted events acknowledged and saved since the process started
 * @param retainedLog the log that the server keeps for the source; null before the first measurement
 * @param warnings what is amiss without keeping the source from capturing
 * @param snapshot how far the reading of existing rows has got; null before the first connection
 * @param notice what is to be known of the operation that this answers; null when there is nothing
 */
public record SourceDescription(
        String type,
        String state,
        String verdict,
        @Nullable String reason,
        @Nullable String action,
        @Nullable String offset,
        @Nullable Map<String, Object> position,
        long committedCount,
        long eventsPolled,
        long eventsCommitted,
        long inFlight,
        long buffered,
        long lagMs,
        long checkpointAgeMs,
        @Nullable Instant startedAt,
        @Nullable Instant lastEventAt,
        @Nullable RetainedLog retainedLog,
        List<String> warnings,
        @Nullable SnapshotDescription snapshot,
        @Nullable String notice)
        implements OperationResponseBody {

    /** @param conditions the configured SQL conditions of snapshots by name */
    static SourceDescription of(EngineStatus status, Map<String, String> conditions, @Nullable String notice) {
        HealthVerdict verdict = status.health();
        return new SourceDescription(
                status.source().type(),
                status.state().name(),
                code(verdict.status()),
                verdict.reason(),
                verdict.action(),
                status.offset() == null ? null : status.offset().text(),
                status.offset() == null ? null : status.offset().fields(),
                status.committedCount(),
                status.eventsPolled(),
                status.eventsCommitted(),
                status.inFlight(),
                status.buffered(),
                status.lag().toMillis(),
                status.checkpointAge().toMillis(),
                status.startedAt(),
                status.lastEventAt(),
                RetainedLog.of(status.log()),
                warnings(status),
                SnapshotDescription.of(status.snapshots(), conditions),
                notice);
    }

    /** What was found and what to do, of each. */
    static List<String> warnings(EngineStatus status) {
        return status.warnings().stream()
                .map(warning -> warning.action() == null ? warning.text() : warning.text() + ". " + warning.action())
                .toList();
    }

    /**
     * The log that the server keeps for a source.
     *
     * @param bytes what it keeps
     * @param unconfirmedBytes of it, what lies behind the confirmed position
     * @param status the server's word for it
     * @param safeBytes how much more can be written before log that is needed may be removed; null without a limit
     * @param runwaySeconds time until then, if things go on as in the last minutes; null when nothing points to that
     * @param read whether somebody reads it now
     */
    public record RetainedLog(
            long bytes,
            long unconfirmedBytes,
            String status,
            @Nullable Long safeBytes,
            @Nullable Long runwaySeconds,
            boolean read,
            Instant measuredAt) {

        static @Nullable RetainedLog of(@Nullable LogRetention log) {
            return log == null
                    ? null
                    : new RetainedLog(
                            log.retainedBytes(),
                            log.unconfirmedBytes(),
                            log.status(),
                            log.safeBytes(),
                            log.runway() == null ? null : log.runway().toSeconds(),
                            log.read(),
                            log.measuredAt());
        }
    }

    static String code(HealthVerdict.Status status) {
        return status.name().toLowerCase(Locale.ROOT);
    }
}
