package io.rustcdc.observe;

import org.jspecify.annotations.Nullable;

/**
 * One answer to "is it well?". Only {@link Status#STALLED} and {@link Status#FAILED} need somebody's attention.
 *
 * @param reason why, for every status but HEALTHY and IDLE
 * @param action what to do about it, where something can be done
 */
public record HealthVerdict(
        Status status, @Nullable String reason, @Nullable String action) {

    public enum Status {
        /** Changes arrive and are acknowledged. */
        HEALTHY,
        /** Nothing to do: all changes are acknowledged and none arrives. */
        IDLE,
        /** Something does not move on. */
        STALLED,
        FAILED,
        NOT_RUNNING,
        STANDBY
    }

    public static HealthVerdict of(Status status) {
        return new HealthVerdict(status, null, null);
    }

    public static HealthVerdict stalled(String reason, @Nullable String action) {
        return new HealthVerdict(Status.STALLED, reason, action);
    }

    public boolean needsAttention() {
        return status == Status.STALLED || status == Status.FAILED;
    }
}
