package io.rustcdc.snapshot;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.event.TableId;
import io.rustcdc.source.SourceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps in mind which reads failed: when to try again, which tables have to let others go first, and what to tell an operator.
 * Written by the reader thread, {@link #of} is for any.
 */
final class RowTroubles {

    private static final Duration FIRST_WAIT = Duration.ofMillis(300);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    /** A failing read is worth an alarm from here on. */
    private static final Duration FAILING_LONG = Duration.ofMinutes(1);

    /** What fails is tried again within seconds, so after this it has passed, be it that no row has come since. */
    private static final Duration FORGOTTEN = Duration.ofMinutes(3);

    /** The first rows of a large table may take long where no index helps. */
    private static final Duration UNANSWERED_LONG = Duration.ofMinutes(10);

    /** So many failures in a row are no accident. */
    private static final int AGAIN_AND_AGAIN = 3;

    private final Duration unansweredLong;
    private final LongSupplier nanoTime;
    private final Map<TableId, Failing> failing = new ConcurrentHashMap<>();
    private volatile @Nullable Failing unspecific;
    private volatile boolean awaiting;
    private volatile long awaitedSince;
    private Duration wait = Duration.ZERO;
    private @Nullable Long notBefore;

    /** Failures without a success in between. */
    private record Failing(long since, long last, int times, SourceException failure) {}

    /**
     * @param slowest how long nothing may come because of a limit that is wished for
     */
    RowTroubles(Duration slowest, LongSupplier nanoTime) {
        this.unansweredLong = UNANSWERED_LONG.plus(slowest);
        this.nanoTime = nanoTime;
    }

    boolean isTimeToTry() {
        Long time = notBefore;
        return time == null || nanoTime.getAsLong() - time >= 0;
    }

    /**
     * A read failed.
     *
     * @param table null when it was not about a single one
     * @return how long to wait with the next try
     */
    Duration failed(@Nullable TableId table, SourceException failure) {
        long now = nanoTime.getAsLong();
        if (table == null) {
            Failing before = unspecific;
            unspecific = before == null || now - before.last > FORGOTTEN.toNanos()
                    ? new Failing(now, now, 1, failure)
                    : new Failing(before.since, now, before.times + 1, failure);
        } else {
            Failing before = failing.get(table);
            failing.put(
                    table,
                    before == null
                            ? new Failing(now, now, 1, failure)
                            : new Failing(before.since, now, before.times + 1, failure));
        }
        Duration doubled = wait.isZero() ? FIRST_WAIT : wait.multipliedBy(2);
        wait = doubled.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : doubled;
        notBefore = now + wait.toNanos();
        awaiting = false;
        return wait;
    }

    /** The next try waits, though nothing has failed. */
    void pause(Duration pause) {
        notBefore = nanoTime.getAsLong() + pause.toNanos();
    }

    /** Rows of this table were handed over. */
    void succeeded(TableId table) {
        wait = Duration.ZERO;
        failing.remove(table);
        unspecific = null;
        awaiting = false;
    }

    /** Whether rows were asked for, and nothing has come since. */
    void awaiting(boolean now) {
        if (now && !awaiting) {
            awaitedSince = nanoTime.getAsLong();
        }
        awaiting = now;
    }

    /** Those that fail again and again last, the one first that was tried the longest time ago. */
    List<TableSnapshot> inOrder(List<TableSnapshot> pending) {
        if (failing.isEmpty()) {
            return pending;
        }
        List<TableSnapshot> order = new ArrayList<>(pending);
        long now = nanoTime.getAsLong();
        order.sort(Comparator.comparingLong(table -> -age(failing.get(table.table()), now)));
        return order;
    }

    /** The older the earlier: how long ago a table was tried in vain that has to let others go first. */
    private static long age(@Nullable Failing failures, long now) {
        return failures == null || failures.times < AGAIN_AND_AGAIN ? Long.MAX_VALUE : now - failures.last;
    }

    /** The longest trouble with what is to be read; null when there is none worth telling. */
    @Nullable
    RowTrouble of(SnapshotState state) {
        if (state.paused()) {
            return null;
        }
        long now = nanoTime.getAsLong();
        RowTrouble worst = unspecific(now);
        for (TableSnapshot table : state.pending()) {
            Failing failures = failing.get(table.table());
            if (failures != null && failures.times >= AGAIN_AND_AGAIN && !isForgotten(failures, now)) {
                worst = longer(worst, table.table(), failures, now);
            }
        }
        if (worst == null && awaiting && now - awaitedSince > unansweredLong.toNanos()) {
            return new RowTrouble(null, Duration.ofNanos(now - awaitedSince), null);
        }
        return worst;
    }

    private @Nullable RowTrouble unspecific(long now) {
        Failing failures = unspecific;
        return failures == null || failures.times < AGAIN_AND_AGAIN || isForgotten(failures, now)
                ? null
                : longer(null, null, failures, now);
    }

    /** Nobody has tried since: others go first, or it works, be it that no row has come yet. */
    private static boolean isForgotten(Failing failures, long now) {
        return now - failures.last > FORGOTTEN.toNanos();
    }

    private static @Nullable RowTrouble longer(
            @Nullable RowTrouble other, @Nullable TableId table, Failing failures, long now) {
        Duration age = Duration.ofNanos(now - failures.since);
        boolean tells = age.compareTo(FAILING_LONG) > 0 && (other == null || age.compareTo(other.age()) > 0);
        return tells ? new RowTrouble(table, age, failures.failure) : other;
    }
}
