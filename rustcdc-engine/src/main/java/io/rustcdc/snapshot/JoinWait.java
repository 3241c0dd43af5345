package io.rustcdc.snapshot;

import io.rustcdc.source.RunningTransaction;
import io.rustcdc.source.SnapshotTable;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the rows of a table that has joined the stream from being read too early. What a transaction had done to the table before the
 * join never comes by the stream. As long as it runs, no view shows it either. So once all transactions have ended that run after the
 * join was seen, any view that is taken then shows all that the stream lacks.
 *
 * <p>Nothing of it is saved: after a restart those that run then are waited for, which are more. For the reader thread.
 */
final class JoinWait {

    private static final Logger logger = LoggerFactory.getLogger(JoinWait.class);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final int SHOWN = 10;

    private final SnapshotTable table;
    private final Supplier<Future<List<RunningTransaction>>> looks;
    private final LongSupplier nanoTime;
    private final long begin;
    private @Nullable Future<List<RunningTransaction>> look;
    private @Nullable List<RunningTransaction> left;
    private Duration pause = FIRST_PAUSE;
    private long nextLook;
    private boolean over;
    private boolean told;

    /**
     * @param table as it was found in the stream before this call
     * @param looks looks for all transactions that run, from the call on
     */
    JoinWait(SnapshotTable table, Supplier<Future<List<RunningTransaction>>> looks, LongSupplier nanoTime) {
        this.table = table;
        this.looks = looks;
        this.nanoTime = nanoTime;
        this.begin = nanoTime.getAsLong();
        this.look = looks.get();
    }

    /** Whether this is about the table as it is, not about one that had its name. */
    boolean concerns(SnapshotTable other) {
        return table.incarnation().equals(other.incarnation());
    }

    /**
     * Whether the rows can be read now; may be asked often.
     *
     * @throws io.rustcdc.source.SourceException when the last look failed; there will be another one
     */
    boolean isOver() {
        if (over) {
            return true;
        }
        Future<List<RunningTransaction>> current = look;
        long now = nanoTime.getAsLong();
        if (current == null) {
            if (now - nextLook >= 0) {
                look = looks.get();
            }
            return false;
        }
        if (!current.isDone()) {
            return false;
        }
        look = null;
        nextLook = now + pause.toNanos();
        pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        List<RunningTransaction> still = stillRunning(ChunkRead.result(current));
        left = still;
        over = still.isEmpty();
        if (!over && now - begin >= LONG.toNanos()) {
            tell(still);
        }
        return over;
    }

    /** Its owner changes when a transaction is prepared. */
    private List<RunningTransaction> stillRunning(List<RunningTransaction> running) {
        List<RunningTransaction> before = left;
        if (before == null) {
            return running;
        }
        Set<String> waitedFor = before.stream().map(RunningTransaction::id).collect(Collectors.toSet());
        return running.stream()
                .filter(transaction -> waitedFor.contains(transaction.id()))
                .toList();
    }

    private void tell(List<RunningTransaction> still) {
        if (!told) {
            told = true;
            logger.warn(
                    "The rows of table '{}' cannot be read yet: it has joined the stream while transactions ran, and {} of them run still: {}. What they changed before is not in the stream. To see what they do: SELECT pid, xact_start, state, query FROM pg_stat_activity WHERE backend_xid IS NOT NULL ORDER BY xact_start; and SELECT * FROM pg_prepared_xacts;",
                    table.id(),
                    still.size(),
                    still.stream().limit(SHOWN).map(RunningTransaction::owner).collect(Collectors.joining(", ")));
        }
    }
}
