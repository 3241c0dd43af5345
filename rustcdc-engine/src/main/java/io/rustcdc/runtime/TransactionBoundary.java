package io.rustcdc.runtime;

/** Whether a batch may end inside a transaction of the source. */
public enum TransactionBoundary {

    /** It may: a batch is what has arrived. */
    SPLIT,

    /**
     * It ends at the end of a transaction. One that is larger than a batch or the queue may be is split all the same, with a warning; and
     * a stop or a lost connection ends a batch anywhere. Where a listener handles several changes at a time, batches are as with
     * {@link #SPLIT}.
     */
    PRESERVE
}
