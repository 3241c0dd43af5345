package io.rustcdc.event;

import java.util.Map;

/**
 * A position from which a source can be resumed without loss. A row's offset lies inside its transaction (the end of the
 * one before, plus how many changes of this one are done); only the commit carries the end of the transaction.
 *
 * <p>Implementations are immutable values of their connector with {@code equals}.
 */
public interface Offset {

    /** The position of the change itself, for people and for {@code source.offset} in the envelope. */
    String text();

    /**
     * All that is needed to resume, as values that JSON can hold (String, Long, Integer, Boolean, List, Map), in the
     * order in which the checkpoint shows them.
     */
    Map<String, Object> fields();

    /**
     * Whether this position provably lies before the other one of the same source. False where the order is not known
     * (another server after a failover).
     */
    boolean isBefore(Offset other);

    /** Whether a resume begins with the rest of a transaction, of which changes were delivered already. */
    default boolean isInsideTransaction() {
        return false;
    }
}
