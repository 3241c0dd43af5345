package io.rustcdc.transform;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import org.jspecify.annotations.Nullable;

/**
 * Changes the images of changes, or filters changes away, before any listener sees them. Is given each READ, INSERT, UPDATE and DELETE
 * of its source, in order, on the delivery thread; TRUNCATE and SCHEMA_CHANGE pass it by. One that serves several sources is called by
 * several threads.
 *
 * <p>What it returns is still the same change. Checked after each call: operation, table, position and transaction are as they were; an
 * image exists where there was one; a column that was absent is not present; a key that was whole is whole, or the columns of both
 * images say that there is no key. Make the images with {@link ChangeEvent#withRows}. A change may come again after a crash, and then
 * the result must be the same.
 *
 * <p>An exception halts the source, or has the change skipped, as the {@link Transforms} say.
 */
@FunctionalInterface
public interface Transform {

    /** The change as the listeners are to see it; null to filter it away, which counts as acknowledged. */
    @Nullable
    ChangeEvent<Row> apply(ChangeEvent<Row> event);
}
