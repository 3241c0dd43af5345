package io.rustcdc.source;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Row;
import io.rustcdc.schema.AcknowledgedSchema;
import java.time.Instant;

/**
 * Takes what a stream reads, in the stream's order. Called by the reader thread only; no call blocks.
 */
public interface ChangeSink {

    /** Whether the stream may go on reading. A message in hand may still be handed over when this turned false. */
    boolean hasRoom();

    /**
     * One change.
     *
     * @param bytes roughly the memory that the change holds until it is delivered
     */
    void change(ChangeEvent<Row> event, int bytes);

    /**
     * A table's shape, seen for the first time or changed; becomes the acknowledged one when everything before it is
     * acknowledged. For a change, its SCHEMA_CHANGE event is handed over first.
     */
    void schema(AcknowledgedSchema schema);

    /** The end of a transaction, whether or not any of its changes was handed over. */
    void commit(Offset end, Instant commitTime);

    /**
     * A position outside of any transaction to which nothing was left to hand over: an idle source moves on by it. To be
     * used sparingly, since each is saved.
     */
    void idle(Offset position);
}
