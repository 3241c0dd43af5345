package io.rustcdc.source.postgres;

import io.rustcdc.source.SourceException;

/**
 * Finds the place inside a transaction at which an earlier run stopped: the transaction that commits at the checkpoint's
 * {@code tx_commit_lsn}, after {@code tx_changes_done} changes, of which the last stands at {@code tx_last_change_lsn}.
 * Whatever does not fit is an error, since skipping by a wrong count would lose or repeat rows in silence.
 */
final class ResumePoint {

    private final PostgresOffset offset;
    private final String source;
    private boolean pending;

    /**
     * @param source the source's name, for messages
     */
    ResumePoint(PostgresOffset offset, String source) {
        this.offset = offset;
        this.source = source;
        this.pending = offset.isInsideTransaction();
    }

    /** Whether the place has not been reached yet. */
    boolean isPending() {
        return pending;
    }

    /** Checks that a transaction which begins does not lie behind the one that must come. */
    void begin(long commitLsn) {
        if (pending && Lsn.isBefore(offset.txCommitLsn(), commitLsn)) {
            throw divergence("the server went on to the transaction that commits at " + Lsn.format(commitLsn)
                    + " without sending that one");
        }
    }

    /** Whether the change just counted was done before. The last of those passes the place. */
    boolean skips(OpenTransaction transaction) {
        if (!pending || transaction.commitLsn() != offset.txCommitLsn()) {
            return false;
        }
        if (transaction.changes() == offset.txChangesDone()) {
            if (transaction.lastChangeLsn() != offset.txLastChangeLsn()) {
                throw divergence("change number %d now stands at %s"
                        .formatted(transaction.changes(), Lsn.format(transaction.lastChangeLsn())));
            }
            pending = false;
        }
        return true;
    }

    /** Checks that a transaction which ends had the changes that were done before. */
    void commit(OpenTransaction transaction) {
        if (pending && transaction.commitLsn() == offset.txCommitLsn()) {
            throw divergence("the transaction now has only %d changes".formatted(transaction.changes()));
        }
    }

    /** Checks that the server has not read past the transaction that must come. */
    void idle(long position) {
        if (pending && Lsn.isBefore(offset.txCommitLsn(), position)) {
            throw divergence(
                    "the server has read on to %s without sending that transaction".formatted(Lsn.format(position)));
        }
    }

    private SourceException divergence(String found) {
        return SourceException.positionLost(
                ("postgres checkpoint/slot divergence for slot '%s': by the checkpoint, %d changes of the transaction "
                                + "that commits at %s are done, the last one at %s, but %s")
                        .formatted(
                                offset.slot().slotName(),
                                offset.txChangesDone(),
                                Lsn.format(offset.txCommitLsn()),
                                Lsn.format(offset.txLastChangeLsn()),
                                found),
                "The publication or its filters (tables, row filters, operations) were changed since the checkpoint was "
                        + "saved, so the rest of the transaction cannot be found. Set the publication back to what it was "
                        + "(SELECT * FROM pg_publication_tables) and restart; change it again once the checkpoint has "
                        + "passed this transaction. "
                        + Divergence.choices(source, offset.slot().slotName())
                        + " An accepted gap delivers this transaction again from its beginning.");
    }
}
