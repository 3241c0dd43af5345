package io.rustcdc.event;

import java.util.Objects;

/**
 * A table that a source captures only since a point in time after its first start. Changes made before are not delivered.
 *
 * @param position the position in the log, for people, at which the table was seen to be captured; changes of transactions
 *     that were running then may be missing, too
 * @param cause why it joined now
 */
public record JoinedTable(TableId table, String position, Cause cause) {

    public JoinedTable {
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(position, "position");
        Objects.requireNonNull(cause, "cause");
    }

    /** Why a table joins. */
    public enum Cause {
        /** It is new, or was wanted or allowed only now. */
        ADDED,
        /** It was dropped and created again, and the new one was not captured at first. */
        CREATED_AGAIN
    }
}
