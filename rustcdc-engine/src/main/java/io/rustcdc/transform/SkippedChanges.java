package io.rustcdc.transform;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Row;

/**
 * Keeps the changes that no listener got because a transform failed. Called on the delivery thread, in the transaction of the listeners
 * if they have one.
 */
@FunctionalInterface
public interface SkippedChanges {

    /**
     * Keeps a change. When this returns, it counts as acknowledged, and so it must be durable by then, or with the transaction. May be
     * told of the same change again after a crash: source and offset name it.
     *
     * @param event as it came from the database, before any transform
     * @param transform the name of the one that failed
     * @throws RuntimeException if it could not be kept; then the source fails, and continues with this change
     */
    void skipped(EventSource source, ChangeEvent<Row> event, String transform, TransformException cause);
}
