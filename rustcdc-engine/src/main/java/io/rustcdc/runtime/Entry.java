package io.rustcdc.runtime;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Row;
import io.rustcdc.schema.AcknowledgedSchema;

/** What stands in the queue beside the changes themselves, each in its place of the stream. */
sealed interface Entry {

    /** Where the stream begins; saved at once, before anything after it is delivered. */
    record Start(Offset offset) implements Entry {}

    /** The end of a transaction. */
    record Commit(Offset end) implements Entry {}

    /** The source moved on without changes for us. */
    record Idle(Offset position) implements Entry {}

    /** A table's shape, seen for the first time. */
    record Shape(AcknowledgedSchema schema) implements Entry {}

    /** A change of a table's shape with the event that announces it. */
    record ShapeChange(ChangeEvent<Row> event, AcknowledgedSchema schema) implements Entry {}
}
