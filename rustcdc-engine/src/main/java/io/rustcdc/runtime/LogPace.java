package io.rustcdc.runtime;

import io.rustcdc.event.LogRetention;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * How long the room that the server still has for a source's log will last, at the pace of the last minutes. A source that keeps up
 * leaves the room as it is, and then it lasts for ever. For one thread.
 */
final class LogPace {

    private static final Duration WINDOW = Duration.ofMinutes(5);

    /** Less tells nothing: servers move the limit in steps of whole files of log. */
    private static final Duration LEAST = Duration.ofSeconds(30);

    private final Deque<Room> rooms = new ArrayDeque<>();

    private record Room(Instant at, long bytes) {}

    /** The measurement with the shorter one of the time that the connector knows and the time that the room lasts. */
    @Nullable
    LogRetention of(@Nullable LogRetention log) {
        Long safe = log == null ? null : log.safeBytes();
        if (log == null || safe == null) {
            rooms.clear();
            return log;
        }
        Room now = new Room(log.measuredAt(), Math.max(0, safe));
        while (!rooms.isEmpty() && age(rooms.getFirst(), now).compareTo(WINDOW) > 0) {
            rooms.removeFirst();
        }
        Duration lasts = rooms.isEmpty() ? null : lasts(rooms.getFirst(), now);
        rooms.addLast(now);
        Duration known = log.runway();
        return lasts != null && (known == null || lasts.compareTo(known) < 0) ? log.withRunway(lasts) : log;
    }

    private static @Nullable Duration lasts(Room before, Room now) {
        Duration elapsed = age(before, now);
        long used = before.bytes - now.bytes;
        if (used <= 0 || elapsed.compareTo(LEAST) < 0) {
            return null;
        }
        return Duration.ofSeconds((long) (now.bytes / (used / (elapsed.toMillis() / 1000.0))));
    }

    private static Duration age(Room room, Room now) {
        return Duration.between(room.at, now.at);
    }
}
