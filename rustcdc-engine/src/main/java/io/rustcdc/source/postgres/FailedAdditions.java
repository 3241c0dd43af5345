package io.rustcdc.source.postgres;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers, by table number, what the server said when a table was to be added to the publication. What passes by itself is
 * tried again at each look, and said when it has not passed after a few; what takes somebody's help is said at once, and
 * tried again now and then. Not thread-safe.
 */
final class FailedAdditions {

    private static final Duration REFUSAL_HOLDS = Duration.ofMinutes(10);
    private static final int QUIET_TRIES = 3;

    /**
     * A deadlock, a timeout, a lack of memory or disk space, a server that is read only for now, another session's change of
     * the same row, a table or publication just gone (manual, appendix A).
     */
    private static final Set<String> PASSING_CLASSES = Set.of("40", "53", "57", "58");

    private static final Set<String> PASSING = Set.of("25006", "55006", "55P03", "XX000", "42P01", "42704");

    /** A lock that others hold, or a statement that took too long, most likely for a lock. */
    private static final Set<String> LOCKED = Set.of("55P03", "57014");

    private final LongSupplier nanoTime;
    private final Map<Long, Failure> failures = new HashMap<>();

    /** @param times in a row, of those that pass */
    private record Failure(String text, boolean passing, int times, long at) {}

    FailedAdditions(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Whether the connection is gone, which says nothing of the table. */
    static boolean isConnectionLost(SQLException e) {
        String state = e.getSQLState();
        return state == null || state.startsWith("08") || state.startsWith("57P");
    }

    static boolean isLocked(SQLException e) {
        return LOCKED.contains(String.valueOf(e.getSQLState()));
    }

    void add(long table, SQLException e) {
        String state = String.valueOf(e.getSQLState());
        boolean passing = PASSING.contains(state) || PASSING_CLASSES.stream().anyMatch(state::startsWith);
        Failure before = failures.get(table);
        int times = before == null || !before.passing ? 1 : before.times + 1;
        failures.put(table, new Failure(String.valueOf(e.getMessage()), passing, times, nanoTime.getAsLong()));
    }

    /** Whether trying again is pointless for now. */
    boolean isRefused(long table) {
        Failure failure = failures.get(table);
        return failure != null && !failure.passing && nanoTime.getAsLong() - failure.at < REFUSAL_HOLDS.toNanos();
    }

    /** What to say of the table; null when there is nothing yet. */
    @Nullable
    String text(long table) {
        Failure failure = failures.get(table);
        if (failure == null || (failure.passing && failure.times < QUIET_TRIES)) {
            return null;
        }
        return failure.text;
    }

    /** How often it failed in a row. */
    int times(long table) {
        Failure failure = failures.get(table);
        return failure == null ? 0 : failure.times;
    }

    void forget(long table) {
        failures.remove(table);
    }

    /** So that all is tried again; what passes goes on being counted. */
    void forgetRefusals() {
        failures.values().removeIf(failure -> !failure.passing);
    }
}
