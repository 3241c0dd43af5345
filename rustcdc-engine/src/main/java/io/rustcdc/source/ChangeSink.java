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

    /** A table's shape, seen for the first time; becomes the acknowledged one with everything before it. */
    void schema(AcknowledgedSchema schema);

    /**
     * A change of a table's shape: the SCHEMA_CHANGE event, and the shape that becomes the acknowledged one together with
     * it. One step, so that no save can fall between the two and have the change announced again.
     *
     * @param bytes as for {@link #change}
     */
    void schemaChange(ChangeEvent<Row> event, AcknowledgedSchema schema, int bytes);

    /**
     * The begin of a transaction: what comes until {@link #commit} belongs to it. All transactions that ended before it were
     * handed over. The sink may have no room any more afterwards; then none of its changes may follow before it has.
     */
    default void begin(TransactionMark transaction) {}

    /** The end of a transaction, whether or not any of its changes was handed over. */
    void commit(Offset end, Instant commitTime);

    /**
     * A position outside of any transaction to which nothing was left to hand over: an idle source moves on by it. To be
     * used sparingly, since each is saved.
     */
    void idle(Offset position);

    /**
     * As {@link #idle}, but told each time the stream knows that it has got so far, and not saved for its own sake: whoever
     * waits for the stream to reach a position learns it by this.
     */
    default void reached(Offset position) {}
}
