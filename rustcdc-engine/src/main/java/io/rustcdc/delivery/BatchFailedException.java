package io.rustcdc.delivery;

import java.util.Objects;

/** One of the changes of a batch is why the batch failed. Thrown by batch listeners that know which one. */
public final class BatchFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int index;

    /**
     * @param index the place of the change in the list that the listener was called with, from 0
     * @param cause what happened
     */
    public BatchFailedException(int index, Throwable cause) {
        super("Change %d of the batch failed".formatted(index), Objects.requireNonNull(cause, "cause"));
        this.index = index;
    }

    public int index() {
        return index;
    }

    /** What happened; never null. */
    @Override
    public synchronized Throwable getCause() {
        return Objects.requireNonNull(super.getCause());
    }
}
