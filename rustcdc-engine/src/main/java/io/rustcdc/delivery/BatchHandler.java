package io.rustcdc.delivery;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import java.util.List;

/**
 * Takes what has arrived at once, in the order in which it was committed. All changes of a call are acknowledged together, or
 * none: when it fails, the whole call is repeated. Called by the source's delivery thread.
 */
@FunctionalInterface
public interface BatchHandler extends ChangeHandler {

    /**
     * Handles some changes.
     *
     * @param events at least one; not changed afterwards, so the list may be kept
     * @param acknowledgment for all of them; as for {@link ChangeHandler#handle}
     * @throws BatchFailedException to say which of the changes it was
     * @throws Exception to have the call repeated by the retry rules
     */
    void handle(List<ChangeEvent<Row>> events, Acknowledgment acknowledgment) throws Exception;

    /**
     * The most changes of one call; 0 leaves it to the source: {@value CallOptions#BATCH_SIZE}, or what its batches hold where they keep
     * transactions whole.
     */
    default int maxSize() {
        return 0;
    }

    /** A batch of one. */
    @Override
    default void handle(ChangeEvent<Row> event, Acknowledgment acknowledgment) throws Exception {
        handle(List.of(event), acknowledgment);
    }
}
