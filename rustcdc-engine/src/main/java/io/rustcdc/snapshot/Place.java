package io.rustcdc.snapshot;

import io.rustcdc.event.Offset;
import io.rustcdc.source.TransactionMark;
import io.rustcdc.source.Watermark;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where the stream is. For one thread. */
final class Place {

    private Offset boundary;
    private @Nullable TransactionMark transaction;
    private boolean begun;

    /** Rows that were read before the rest of a transaction would lack what was delivered of it, and nobody has noted that. */
    private boolean restIsDue;

    Place(Offset start) {
        this.boundary = start;
        this.restIsDue = start.isInsideTransaction();
    }

    void begin(TransactionMark mark) {
        transaction = mark;
        begun = false;
    }

    /** A change of the transaction follows. */
    void change() {
        begun = true;
    }

    void commit(Offset end) {
        transaction = null;
        begun = false;
        restIsDue = false;
        boundary = end;
    }

    void reached(Offset position) {
        boundary = position;
    }

    /** Whether rows may be put here: outside of transactions, or before the first change of one. */
    boolean isBoundary() {
        return !restIsDue && (transaction == null || !begun);
    }

    /** Where a resume delivers all that comes after this place; only at a boundary. */
    Offset offset() {
        return boundary;
    }

    /** The transaction whose changes come next; null when none has begun, or when its changes have begun to come. */
    @Nullable
    TransactionMark upcoming() {
        return begun ? null : transaction;
    }

    /** The transaction whose changes come; only when {@link #change()} has been said. */
    TransactionMark transaction() {
        return Objects.requireNonNull(transaction, "transaction");
    }

    /** Whether all that the view shows has come, so that its rows are true here. */
    boolean isBehind(Watermark view) {
        if (!isBoundary()) {
            return false;
        }
        TransactionMark next = upcoming();
        return view.isPassedBy(boundary) || (next != null && view.isPassedBy(next));
    }
}
