package io.rustcdc.source.sqlserver;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes moments out of the local times that the server notes. With its time zone that is exact but for the hour which comes twice when
 * the clocks go back; there, and without the zone, the distance from UTC that was measured counts. A commit never lies in the future,
 * which tells the two sides of a change of the clocks apart. For one thread.
 */
final class ServerClock {

    private static final int QUARTER = 15;
    private static final int MOST_OFFSETS = 2;
    private static final long TOLERANCE_SECONDS = 60;

    private final @Nullable ZoneId zone;
    private final Deque<ZoneOffset> measured = new ArrayDeque<>();
    private @Nullable LocalDateTime lastLocal;
    private Instant last = Instant.EPOCH;

    ServerClock(@Nullable ZoneId zone) {
        this.zone = zone;
    }

    /** @param minutes how far the server is ahead of UTC; two looks at its clocks may be a minute off */
    void measured(int minutes) {
        ZoneOffset offset = ZoneOffset.ofTotalSeconds(Math.round(minutes / (float) QUARTER) * QUARTER * 60);
        if (!offset.equals(measured.peekFirst())) {
            measured.addFirst(offset);
            if (measured.size() > MOST_OFFSETS) {
                measured.removeLast();
            }
            lastLocal = null;
        }
    }

    ZoneOffset offset() {
        ZoneOffset present = measured.peekFirst();
        return present == null ? ZoneOffset.UTC : present;
    }

    /** @param now the server's present time, roughly */
    Instant instant(LocalDateTime local, Instant now) {
        if (local.equals(lastLocal)) {
            return last;
        }
        lastLocal = local;
        last = convert(local, now.plusSeconds(TOLERANCE_SECONDS));
        return last;
    }

    private Instant convert(LocalDateTime local, Instant latest) {
        List<ZoneOffset> offsets =
                zone == null ? List.copyOf(measured) : zone.getRules().getValidOffsets(local);
        if (offsets.isEmpty()) {
            return local.toInstant(
                    zone == null ? ZoneOffset.UTC : zone.getRules().getOffset(local));
        }
        if (zone != null && offsets.contains(offset())) {
            Instant present = local.toInstant(offset());
            if (!present.isAfter(latest)) {
                return present;
            }
        }
        for (ZoneOffset offset : offsets) {
            Instant moment = local.toInstant(offset);
            if (!moment.isAfter(latest)) {
                return moment;
            }
        }
        return local.toInstant(offsets.get(0));
    }
}
