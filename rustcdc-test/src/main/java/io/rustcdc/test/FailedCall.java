package io.rustcdc.test;

/**
 * A call of a listener that failed.
 *
 * @param listener its id
 * @param attempt the number of the try, from 1 on
 * @param failure what it threw, or its future failed with
 */
public record FailedCall(String listener, int attempt, Throwable failure) {}
