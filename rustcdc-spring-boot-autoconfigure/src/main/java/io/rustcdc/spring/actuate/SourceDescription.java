package io.rustcdc.spring.actuate;

import io.rustcdc.observe.EngineStatus;
import io.rustcdc.observe.HealthVerdict;
import java.time.Instant;
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
        @Nullable Instant lastEventAt)
        implements OperationResponseBody {

    static SourceDescription of(EngineStatus status) {
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
                status.lastEventAt());
    }

    static String code(HealthVerdict.Status status) {
        return status.name().toLowerCase(Locale.ROOT);
    }
}
