package io.rustcdc.spring.actuate;

import io.rustcdc.event.CdcException;
import io.rustcdc.observe.EngineState;
import io.rustcdc.observe.EngineStatus;
import io.rustcdc.observe.HealthVerdict;
import io.rustcdc.runtime.DeadLetters;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * The health of one source: DOWN when it is stalled or failed, UNKNOWN when somebody stopped it, else UP, also while it is
 * idle, paused or standing by, and however many dead letters there are. A stop is a wish and must not take the whole application out of service.
 */
public final class SourceHealthIndicator implements HealthIndicator {

    private final Supplier<EngineStatus> engine;
    private final Supplier<DeadLetters> letters;

    public SourceHealthIndicator(Supplier<EngineStatus> engine, Supplier<DeadLetters> letters) {
        this.engine = engine;
        this.letters = letters;
    }

    @Override
    public Health health() {
        EngineStatus status = engine.get();
        HealthVerdict verdict = status.health();
        Health.Builder health = Health.status(status(status.state(), verdict))
                .withDetail("state", status.state().name())
                .withDetail("verdict", SourceDescription.code(verdict.status()));
        add(health, "reason", verdict.reason());
        add(health, "action", verdict.action());
        add(health, "offset", status.offset() == null ? null : status.offset().text());
        add(health, "retainedLog", SourceDescription.RetainedLog.of(status.log()));
        if (!status.warnings().isEmpty()) {
            health.withDetail("warnings", SourceDescription.warnings(status));
        }
        add(health, "deadLetters", deadLetters());
        return health.withDetail("lagMs", status.lag().toMillis())
                .withDetail("checkpointAgeMs", status.checkpointAge().toMillis())
                .build();
    }

    /** Null where none can be kept; a text where their store does not answer, which is its own component's matter. */
    private @Nullable Object deadLetters() {
        DeadLetters kept = letters.get();
        try {
            return kept.areKept() ? kept.count() : null;
        } catch (CdcException e) {
            return "unknown: " + e.description();
        }
    }

    private static Status status(EngineState state, HealthVerdict verdict) {
        if (verdict.needsAttention() || state == EngineState.FAILED) {
            return Status.DOWN;
        }
        return state.isRunning() ? Status.UP : Status.UNKNOWN;
    }

    private static void add(Health.Builder health, String name, @Nullable Object value) {
        if (value != null) {
            health.withDetail(name, value);
        }
    }
}
