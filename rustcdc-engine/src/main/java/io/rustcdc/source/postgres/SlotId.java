package io.rustcdc.source.postgres;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an LSN belongs to. Offsets of one stream share one instance.
 *
 * @param slotName the replication slot
 * @param systemId the cluster's system identifier (IDENTIFY_SYSTEM); null in an offset written by hand
 * @param timeline the timeline on which the position was reached; 0 in an offset written by hand
 */
record SlotId(String slotName, @Nullable String systemId, int timeline) {

    SlotId {
        Objects.requireNonNull(slotName, "slotName");
    }

    /** Whether LSNs of the two can be compared: one cluster on one timeline, or one hand that wrote both. */
    boolean sharesLogWith(SlotId other) {
        return timeline == other.timeline && Objects.equals(systemId, other.systemId);
    }
}
