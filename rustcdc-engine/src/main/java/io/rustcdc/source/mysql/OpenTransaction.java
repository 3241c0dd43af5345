package io.rustcdc.source.mysql;

import io.rustcdc.event.Transaction;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The transaction whose events are being read. Counts its rows as the server sends them, before any filter. */
final class OpenTransaction {

    private final MySqlOffset start;
    private final @Nullable Gtid gtid;
    private final long id;
    private final Instant commitTime;
    private @Nullable Gtid preparedAs;
    private boolean begun;
    private long changes;
    private long eventEnd;

    /**
     * @param start the end of the transaction before
     * @param id its number among those of its origin
     * @param begun whether it has an end of its own
     */
    OpenTransaction(MySqlOffset start, @Nullable Gtid gtid, long id, Instant commitTime, boolean begun) {
        this.start = start;
        this.gtid = gtid;
        this.id = id;
        this.commitTime = commitTime;
        this.begun = begun;
    }

    @Nullable
    Gtid gtid() {
        return gtid;
    }

    Instant commitTime() {
        return commitTime;
    }

    /** Whether events come until one that ends it; otherwise one statement is all of it. */
    boolean isBegun() {
        return begun;
    }

    void begin() {
        begun = true;
    }

    /** Its rows are looked at that stand in the event at this place. */
    void rowsAt(LogPlace place) {
        eventEnd = place.end();
    }

    void count() {
        changes++;
    }

    long changes() {
        return changes;
    }

    /** Where the event ends that holds the last counted row. */
    long eventEnd() {
        return eventEnd;
    }

    /** Behind the last counted row. */
    MySqlOffset offset() {
        return MySqlOffset.inside(start, gtid, changes, eventEnd);
    }

    /** Before the last counted row, for an event that is not counted. */
    MySqlOffset offsetBefore(long previousEventEnd) {
        return MySqlOffset.inside(start, gtid, changes - 1, previousEventEnd);
    }

    /** With it ends an XA transaction that was prepared under another name. */
    void alsoExecutes(Gtid prepared) {
        preparedAs = prepared;
    }

    /** The executed transactions once this one has ended. */
    GtidSet executedAfter(GtidSet before) {
        GtidSet after = preparedAs == null ? before : before.with(preparedAs);
        return gtid == null ? after : after.with(gtid);
    }

    /** The place of a row in it. */
    Transaction at(long index, boolean last) {
        return new Transaction(id, index, last);
    }
}
