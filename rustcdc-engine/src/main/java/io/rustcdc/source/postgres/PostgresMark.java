package io.rustcdc.source.postgres;

import io.rustcdc.source.TransactionMark;

/**
 * A transaction of the stream.
 *
 * @param xid the 32-bit number that the server sends
 * @param commitLsn where its commit record begins
 */
record PostgresMark(int xid, long commitLsn) implements TransactionMark {}
