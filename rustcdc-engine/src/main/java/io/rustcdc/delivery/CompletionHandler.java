package io.rustcdc.delivery;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import java.util.List;

/**
 * A listener that is also told when its changes are done: all listeners have acknowledged them, itself included, and everything
 * before them. Not with a {@link DeliveryTransaction}, where a {@link BatchHandler} that comes last is called at that moment.
 */
public interface CompletionHandler extends ChangeHandler {

    /**
     * These changes are done, and are about to be saved as done. After a crash in between they are delivered again, and told again.
     * Called by the delivery thread, which delivers and saves nothing meanwhile; what it throws is logged.
     *
     * @param changes in the order of their commits
     */
    void completed(List<ChangeEvent<Row>> changes);
}
