package io.rustcdc.delivery;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;

/**
 * Takes changes, one at a time, in the order in which they were committed. Called by the source's delivery thread.
 */
@FunctionalInterface
public interface ChangeHandler {

    /**
     * Handles one change.
     *
     * @param acknowledgment for a subscription with {@link Subscription.AckMode#MANUAL}; under AUTO, returning
     *     acknowledges and this object does nothing
     * @throws Exception to have the call repeated by the retry rules; a change whose handler failed is never
     *     acknowledged
     */
    void handle(ChangeEvent<Row> event, Acknowledgment acknowledgment) throws Exception;
}
