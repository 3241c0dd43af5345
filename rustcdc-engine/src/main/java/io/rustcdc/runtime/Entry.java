package io.rustcdc.runtime;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Row;
import io.rustcdc.schema.AcknowledgedSchema;
import org.jspecify.annotations.Nullable;

/** What stands in the queue beside the changes themselves, each in its place of the stream. */
sealed interface Entry {

    /**
     * Where the stream begins; saved at once, before anything after it is delivered.
     *
     * @param rows which rows are to be read: a start that is saved without it would never read any
     * @param saved called once it is durable; not without rows
     */
    record Start(Offset offset, @Nullable SnapshotState rows, Runnable saved) implements Entry {}

    /**
     * How far the rows have got that were handed over before.
     *
     * @param saved called once it is durable
     */
    record Snapshot(SnapshotState state, Runnable saved) implements Entry {}

    /** More rows are to be read than before, because of the change behind this. */
    record ReadAgain(SnapshotState state) implements Entry {}

    /** The end of a transaction. */
    record Commit(Offset end) implements Entry {}

    /** The source moved on without changes for us. */
    record Idle(Offset position) implements Entry {}

    /** A table's shape, seen for the first time. */
    record Shape(AcknowledgedSchema schema) implements Entry {}

    /** A change of a table's shape with the event that announces it. */
    record ShapeChange(ChangeEvent<Row> event, AcknowledgedSchema schema) implements Entry {}
}
