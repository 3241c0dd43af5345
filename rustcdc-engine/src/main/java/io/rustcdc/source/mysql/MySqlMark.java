package io.rustcdc.source.mysql;

import io.rustcdc.source.TransactionMark;
import org.jspecify.annotations.Nullable;

/**
 * A transaction of the stream. One that was prepared by XA is the one that commits it.
 *
 * @param origin the server whose binlog it is read from; one instance for all marks of a stream
 * @param gtid null where transactions have none
 * @param begin where its first event begins in the binlog, which is where the transaction before it has ended
 */
record MySqlMark(Origin origin, @Nullable Gtid gtid, BinlogPosition begin) implements TransactionMark {}
