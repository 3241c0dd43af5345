package io.rustcdc.source;

/**
 * Which transaction of the stream this is, in the terms of its connector, so that a {@link Watermark} of the same connector
 * can tell how the two lie to each other. An immutable value; the stream makes one for each transaction, so it is small.
 */
public interface TransactionMark {}
