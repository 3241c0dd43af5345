package io.rustcdc.delivery;

import io.rustcdc.event.Operation;
import io.rustcdc.source.TableFilter;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * One listener and the changes it wants.
 *
 * @param id unique within its source; stays the same over restarts
 * @param ackMode who acknowledges
 */
public record Subscription(
        String id, TableFilter tables, Set<Operation> operations, AckMode ackMode, ChangeHandler handler) {

    public enum AckMode {
        /** A handler that returns has acknowledged. */
        AUTO,
        /** The handler, or whoever it gives it to, calls {@link Acknowledgment#acknowledge()}. */
        MANUAL
    }

    public Subscription {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(tables, "tables");
        operations = Set.copyOf(operations);
        Objects.requireNonNull(ackMode, "ackMode");
        Objects.requireNonNull(handler, "handler");
    }

    /** All row changes of all captured tables, acknowledged by returning. */
    public static Subscription of(String id, ChangeHandler handler) {
        return new Subscription(
                id,
                TableFilter.all(),
                EnumSet.of(Operation.READ, Operation.INSERT, Operation.UPDATE, Operation.DELETE),
                AckMode.AUTO,
                handler);
    }
}
