package io.rustcdc.schema;

import java.util.Objects;

/**
 * The shape of a table as of the last change of shape that all listeners have acknowledged. It is stored no later than
 * the offset that covers it, so a change of shape is announced exactly when it is newer than this.
 *
 * @param schema the shape
 * @param position where it began, in the text form of the source's offsets; changes at or before it are not announced.
 *     Empty when it lies before all that can be read: after a gap, positions of before say nothing about what comes
 */
public record AcknowledgedSchema(TableSchema schema, String position) {

    public AcknowledgedSchema {
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(position, "position");
    }

    /** This shape, as one that began before all that can still be read. */
    public AcknowledgedSchema beforeAll() {
        return position.isEmpty() ? this : new AcknowledgedSchema(schema, "");
    }
}
