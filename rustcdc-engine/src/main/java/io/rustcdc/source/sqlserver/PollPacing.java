package io.rustcdc.source.sqlserver;

import java.time.Duration;

/**
 * When to look at the database next. At once while there is something; at the interval when there is nothing, and after a while of that
 * less often, up to four times the interval; soon when somebody waits for the position. For one thread.
 */
final class PollPacing {

    private static final int PATIENCE = 10;
    private static final int LONGEST = 4;
    private static final Duration ASKED = Duration.ofMillis(100);

    private final Duration interval;
    private int emptyPolls;
    private long next;
    private long polledAt;
    private boolean polled;
    private boolean asked;

    PollPacing(Duration interval, long now) {
        this.interval = interval;
        this.next = now;
    }

    /** How long to wait; zero or less when it is time. */
    long nanosLeft(long now) {
        long left = next - now;
        if (asked && polled) {
            long soon = polledAt + Math.min(ASKED.toNanos(), interval.toNanos()) - now;
            return Math.min(left, soon);
        }
        return left;
    }

    /** Somebody waits for the position; counts until {@link #answered}. */
    void ask() {
        asked = true;
    }

    boolean isAsked() {
        return asked;
    }

    void answered() {
        asked = false;
    }

    /** There were changes: there may be more. */
    void found(long now) {
        emptyPolls = 0;
        next = now;
        polledAt = now;
        polled = true;
    }

    /** There was nothing. */
    void foundNothing(long now) {
        emptyPolls++;
        next = now + pause().toNanos();
        polledAt = now;
        polled = true;
    }

    /** The present pause between two looks. */
    Duration pause() {
        int doublings = Math.max(0, emptyPolls - PATIENCE);
        return doublings == 0 ? interval : interval.multipliedBy(doublings == 1 ? 2 : LONGEST);
    }
}
