package io.rustcdc.spring;

import io.rustcdc.checkpoint.CheckpointStore;
import io.rustcdc.deadletter.DeadLetterStore;
import io.rustcdc.event.EventSource;
import io.rustcdc.source.OffsetFormat;

/** Says where changes are kept that listeners could not handle. A bean of this type counts whatever {@code rustcdc.dead-letters.store} says. */
@FunctionalInterface
public interface DeadLetterStoreFactory {

    /**
     * The store of one source; called once for each.
     *
     * @param checkpoints of the same source, whose lease says who may write
     */
    DeadLetterStore create(EventSource source, OffsetFormat format, CheckpointStore checkpoints);
}
