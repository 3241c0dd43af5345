package io.rustcdc.source.mysql;

import io.rustcdc.source.SourceException;
import java.util.Objects;

/**
 * Finds the place inside a transaction at which an earlier run stopped: in the first transaction behind the checkpoint, after
 * {@code tx_changes_done} rows, of which the last stands in the event that ends at {@code tx_last_change_pos}. Whatever does not fit
 * is an error, since skipping by a wrong count would lose or repeat rows in silence.
 */
final class ResumePoint {

    private final MySqlOffset offset;
    private final PositionLost lost;
    private boolean pending;

    ResumePoint(MySqlOffset offset, PositionLost lost) {
        this.offset = offset;
        this.lost = lost;
        this.pending = offset.isInsideTransaction();
    }

    /** Whether the place has not been reached yet. */
    boolean isPending() {
        return pending;
    }

    /** Checks that the first transaction with rows is the one of which rows are done. */
    private void first(OpenTransaction transaction) {
        if (pending && offset.txGtid() != null && !Objects.equals(offset.txGtid(), transaction.gtid())) {
            throw divergence("the server sent %s without that one".formatted(transaction.gtid()));
        }
    }

    /** Whether the row just counted was done before. The last of those passes the place. */
    boolean skips(OpenTransaction transaction) {
        if (!pending) {
            return false;
        }
        if (transaction.changes() == 1) {
            first(transaction);
        }
        if (transaction.changes() == offset.txChangesDone()) {
            if (transaction.eventEnd() != offset.txLastChangeEnd()) {
                throw divergence("row number %d now stands in the event that ends at %d"
                        .formatted(transaction.changes(), transaction.eventEnd()));
            }
            pending = false;
        }
        return true;
    }

    /** Checks that a transaction which ends had the rows that were done before. */
    void commit(OpenTransaction transaction) {
        if (pending && transaction.changes() > 0) {
            throw divergence("the transaction now has only %d rows".formatted(transaction.changes()));
        }
    }

    private SourceException divergence(String found) {
        return lost.insideTransaction(offset, found);
    }
}
