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
 * @param conduct how it is called
 */
public record Subscription(
        String id, TableFilter tables, Set<Operation> operations, Conduct conduct, ChangeHandler handler) {

    /**
     * How a listener is called.
     *
     * @param ackMode who acknowledges
     * @param lanes how many changes it handles at a time
     * @param policy what becomes of changes that it cannot handle
     */
    public record Conduct(AckMode ackMode, LaneOptions lanes, FailurePolicy policy) {

        public Conduct {
            Objects.requireNonNull(ackMode, "ackMode");
            Objects.requireNonNull(lanes, "lanes");
            Objects.requireNonNull(policy, "policy");
        }

        /** What it cannot handle stops the source. */
        public Conduct(AckMode ackMode, LaneOptions lanes) {
            this(ackMode, lanes, FailurePolicy.stop());
        }
    }

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
        Objects.requireNonNull(conduct, "conduct");
        Objects.requireNonNull(handler, "handler");
    }

    /** One change at a time. */
    public Subscription(
            String id, TableFilter tables, Set<Operation> operations, AckMode ackMode, ChangeHandler handler) {
        this(id, tables, operations, new Conduct(ackMode, LaneOptions.one()), handler);
    }

    public AckMode ackMode() {
        return conduct.ackMode();
    }

    public LaneOptions lanes() {
        return conduct.lanes();
    }

    public FailurePolicy policy() {
        return conduct.policy();
    }

    /** The same listener in so many lanes. */
    public Subscription withLanes(LaneOptions lanes) {
        return new Subscription(id, tables, operations, new Conduct(ackMode(), lanes, policy()), handler);
    }

    /** The same listener with another policy. */
    public Subscription withPolicy(FailurePolicy policy) {
        return new Subscription(id, tables, operations, new Conduct(ackMode(), lanes(), policy), handler);
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
