package io.rustcdc.spring.outbox;

import java.util.concurrent.atomic.LongAdder;

/** How the removal of a source's outbox rows is going since the process started. Thread-safe. */
public final class RemovalCounts {

    private final LongAdder removed = new LongAdder();
    private final LongAdder errors = new LongAdder();

    /** Rows that were deleted. */
    public long removed() {
        return removed.sum();
    }

    /** Attempts that failed. */
    public long errors() {
        return errors.sum();
    }

    void addRemoved(long rows) {
        removed.add(rows);
    }

    void addError() {
        errors.increment();
    }
}
