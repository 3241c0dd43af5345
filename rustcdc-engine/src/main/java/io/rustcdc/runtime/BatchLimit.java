package io.rustcdc.runtime;

/**
 * Where a batch ends at the latest.
 *
 * @param maxEvents its largest number of changes
 * @param splits is told of transactions that do not fit
 */
record BatchLimit(int maxEvents, TransactionBoundary boundary, TransactionSplits splits) {

    boolean keepsTransactions() {
        return boundary == TransactionBoundary.PRESERVE;
    }
}
