package io.rustcdc.event;

import org.jspecify.annotations.Nullable;

/**
 * The only write that copies a change to another store without damage. It is derived from the change, so that a partial
 * row cannot overwrite a whole one and half a key cannot delete a tenant.
 */
public sealed interface RowWrite {

    /**
     * Write the whole row. After a key change the row under {@code oldKey} must go, and first: another store may take
     * both keys for the same one (1.0 and 1.00).
     *
     * @param key null for a table without a known key: append
     * @param oldKey the key before the change when it was another one, else null
     */
    record Replace(@Nullable RowKey key, @Nullable RowKey oldKey, Row row) implements RowWrite {}

    /**
     * Write only the present columns of the row, leave the others as they are. After a key change that is an update in place
     * of the row under {@code oldKey}, its key included: removed and written anew, it would lose the other columns.
     * With an {@code oldKey} this is the one write that cannot simply be repeated after a crash: by then another row may stand
     * there. Where that matters, store the offset beside the rows and skip what is not behind it.
     */
    record Merge(RowKey key, @Nullable RowKey oldKey, Row row) implements RowWrite {}

    /** Remove the row with this key. */
    record Delete(RowKey key) implements RowWrite {}

    /** Remove all rows of the table. */
    record Truncate() implements RowWrite {}

    /** There is no write that would be right. */
    record None(Reason reason) implements RowWrite {}

    /** Why there is no write. */
    enum Reason {
        /** A schema change is not a write of rows. */
        SCHEMA_CHANGE,
        /** The table has no known key, or a part of it is missing from the images. */
        MISSING_KEY
    }
}
