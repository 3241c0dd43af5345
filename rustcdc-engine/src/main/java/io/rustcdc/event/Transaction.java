package io.rustcdc.event;

import org.jspecify.annotations.Nullable;

/**
 * The place of a change in its transaction.
 *
 * @param id the source's number of the transaction (PostgreSQL: the 32-bit xid); unsigned
 * @param index the position of the change among all changes that the server sent for the transaction, from 0; filtered
 *     changes count
 * @param last whether this is the last change that the server sent for the transaction. When that one is filtered, no
 *     delivered change is the last one.
 */
public record Transaction(long id, long index, boolean last) {

    /** The number of changes in the transaction; known on the last one only, else null. */
    public @Nullable Long totalEvents() {
        return last ? index + 1 : null;
    }
}
