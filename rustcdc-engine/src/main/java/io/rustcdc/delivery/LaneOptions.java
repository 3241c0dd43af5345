package io.rustcdc.delivery;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How many changes of one listener are handled at a time. Changes with the same key are handled one after the other, in the order of
 * their commits; changes of different keys in any order.
 *
 * @param lanes at least 1; with 1 the listener is called on the delivery thread, in the order of all commits
 * @param key by which changes of one table are kept in order; for null, they are in order with all changes of the table that
 *     have none. Called by the delivery thread
 * @param threads makes the thread of each lane; what it makes is named and made a daemon by the lanes
 */
public record LaneOptions(int lanes, Function<ChangeEvent<Row>, @Nullable Object> key, ThreadFactory threads) {

    private static final LaneOptions ONE = new LaneOptions(1, ChangeEvent::key, Thread::new);

    public LaneOptions {
        if (lanes < 1) {
            throw new IllegalArgumentException("A listener needs 1 lane or more, found " + lanes);
        }
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(threads, "threads");
    }

    /** Total order: one change at a time, on the delivery thread. */
    public static LaneOptions one() {
        return ONE;
    }

    /** So many lanes, in order per row. */
    public static LaneOptions of(int lanes) {
        return new LaneOptions(lanes, ONE.key, ONE.threads);
    }

    /** The same with threads of another kind. */
    public LaneOptions withThreads(ThreadFactory other) {
        return new LaneOptions(lanes, key, other);
    }

    /** Whether changes are kept in order by the key of their row, and by nothing else. */
    boolean isByRow() {
        return key == ONE.key;
    }

    /** The same with changes kept in order by something else than their row's key. */
    public LaneOptions withKey(Function<ChangeEvent<Row>, @Nullable Object> other) {
        return new LaneOptions(lanes, other, threads);
    }

    boolean isOne() {
        return lanes == 1;
    }
}
