package io.rustcdc.spring;

import io.rustcdc.checkpoint.CheckpointStore;
import io.rustcdc.event.EventSource;
import io.rustcdc.source.OffsetFormat;

/** Says where the checkpoints are kept. A bean of this type replaces the files below {@code rustcdc.checkpoint.directory}. */
@FunctionalInterface
public interface CheckpointStoreFactory {

    /** The store of one source; called once for each. */
    CheckpointStore create(EventSource source, OffsetFormat format);
}
