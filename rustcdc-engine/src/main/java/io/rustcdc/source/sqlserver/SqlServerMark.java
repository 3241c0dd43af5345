package io.rustcdc.source.sqlserver;

import io.rustcdc.source.TransactionMark;

/** A transaction, by the LSN of its commit. */
record SqlServerMark(Lsn commit) implements TransactionMark {}
