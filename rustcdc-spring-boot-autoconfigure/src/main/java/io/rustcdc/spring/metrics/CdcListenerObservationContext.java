package io.rustcdc.spring.metrics;

import io.micrometer.observation.Observation;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import java.util.List;

/** What is known of one call of a listener. */
public final class CdcListenerObservationContext extends Observation.Context {

    private final String listener;
    private final boolean batch;
    private final List<ChangeEvent<Row>> changes;

    CdcListenerObservationContext(String listener, boolean batch, List<ChangeEvent<Row>> changes) {
        this.listener = listener;
        this.batch = batch;
        this.changes = changes;
    }

    /** The id of the listener. */
    public String listener() {
        return listener;
    }

    /** Whether the listener takes batches. */
    public boolean isBatch() {
        return batch;
    }

    /** The change, or all of the batch; at least one. */
    public List<ChangeEvent<Row>> changes() {
        return changes;
    }
}
