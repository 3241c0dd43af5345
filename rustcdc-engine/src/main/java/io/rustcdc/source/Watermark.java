package io.rustcdc.source;

import io.rustcdc.event.Offset;

/**
 * The view of the database that rows were read in. It answers two questions about the stream: whether a transaction's
 * changes are in those rows already, and whether the stream has brought all that is. An immutable value, for any thread.
 *
 * <p>Both are questions about visibility, not about order alone: a transaction may stand in the log before the moment of
 * reading and yet be invisible to it, because its session had not finished committing.
 */
public interface Watermark {

    /** Whether the rows show what this transaction did. */
    boolean includes(TransactionMark transaction);

    /** Whether every transaction that the rows show ends before this one does: at its begin, all of them have come. */
    boolean isPassedBy(TransactionMark next);

    /**
     * Whether every transaction that the rows show has come when the stream is at this position.
     *
     * @param position one outside of any transaction
     */
    boolean isPassedBy(Offset position);
}
