package io.rustcdc.spring;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import java.util.List;

/**
 * Decides what a failed call of a {@link CdcListener} means. Named by its {@code errorHandler}. Called on the thread that
 * failed: the delivery thread of the source, or the one that completes the listener's future.
 */
@FunctionalInterface
public interface CdcListenerErrorHandler {

    /**
     * Handles one failed call, each time that it fails. Returning acknowledges the changes: for the source, the listener is done with
     * them. What it throws, be it the same failure, counts as the failure of the listener: the call is repeated by the retry
     * rules, and then the source fails.
     *
     * @param changes the one change, or all of a batch
     * @param failure what the listener threw, or its future failed with; a
     *     {@link io.rustcdc.delivery.BatchFailedException} names one of the changes
     */
    void handle(List<ChangeEvent<Row>> changes, Exception failure) throws Exception;
}
