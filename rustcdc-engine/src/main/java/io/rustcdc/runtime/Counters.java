package io.rustcdc.runtime;

import java.util.concurrent.atomic.AtomicLong;

/** Figures that outlive a stop and a start, so that counters made of them never go backwards. */
final class Counters {

    private final AtomicLong polled = new AtomicLong();
    private final AtomicLong committed = new AtomicLong();

    void polled() {
        polled.lazySet(polled.getPlain() + 1);
    }

    void committed(long events) {
        committed.addAndGet(events);
    }

    long polledTotal() {
        return polled.get();
    }

    long committedTotal() {
        return committed.get();
    }
}
