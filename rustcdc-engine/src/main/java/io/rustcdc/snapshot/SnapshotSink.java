package io.rustcdc.snapshot;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.source.ChangeSink;

/** Takes rows and changes in one order, and after the rows of each chunk how far the reading has got. */
public interface SnapshotSink extends ChangeSink {

    /**
     * Becomes durable together with the offset of what was handed over before, and not earlier.
     *
     * @param saved called once it is durable, on the thread that saves; never when the run ends before
     */
    void snapshot(SnapshotState state, Runnable saved);

    /**
     * More is to be read than before, because of the change that is handed over next. Becomes durable with that change at the
     * latest; not worth a save of its own.
     */
    default void readAgain(SnapshotState state) {
        snapshot(state, () -> {});
    }
}
