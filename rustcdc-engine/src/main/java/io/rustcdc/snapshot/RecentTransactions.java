package io.rustcdc.snapshot;

import io.rustcdc.source.TransactionMark;
import io.rustcdc.source.Watermark;
import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * The transactions that the stream has brought and that no view of the database was seen to include yet. A transaction may
 * be in the log, and so in the stream, a little before its session has finished committing; with synchronous standbys, long
 * before. Rows that are read then lack what the stream has already delivered.
 *
 * <p>Holds the newest 16,384: an older one would have to be unfinished while so many others came after it. For one thread.
 */
final class RecentTransactions {

    private static final int MOST = 16_384;

    private final ArrayDeque<Seen> unseen = new ArrayDeque<>();
    private long count;

    private record Seen(long number, TransactionMark mark) {}

    /** How many transactions have begun so far. */
    long count() {
        return count;
    }

    void add(TransactionMark mark) {
        if (unseen.size() == MOST) {
            unseen.removeFirst();
        }
        unseen.addLast(new Seen(count++, mark));
    }

    /**
     * Whether rows of this view lack something that was delivered before.
     *
     * @param before the count when the reading began
     */
    boolean isLackingIn(Watermark view, long before) {
        boolean lacking = false;
        Iterator<Seen> all = unseen.iterator();
        while (all.hasNext()) {
            Seen seen = all.next();
            if (view.includes(seen.mark)) {
                all.remove();
            } else if (seen.number < before) {
                lacking = true;
            }
        }
        return lacking;
    }
}
