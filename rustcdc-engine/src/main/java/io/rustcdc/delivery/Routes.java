package io.rustcdc.delivery;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which listeners get the changes of a table, found out once for each. Used by the delivery thread only. */
final class Routes {

    private final List<Subscription> subscriptions;
    private final Map<Subscription, Batch> batches;
    private final Map<Subscription, Lanes> lanes;
    private final Map<TableId, Map<Operation, Route>> routes = new HashMap<>();

    /** That of the last change, since the next one nearly always comes from the same table, and is of the same kind. */
    private @Nullable Route last;

    private @Nullable TableId lastTable;
    private @Nullable Operation lastOperation;

    /**
     * @param batches what is collected for those listeners that take batches in the one lane
     * @param lanes of those listeners that have several
     */
    Routes(List<Subscription> subscriptions, Map<Subscription, Batch> batches, Map<Subscription, Lanes> lanes) {
        this.subscriptions = subscriptions;
        this.batches = batches;
        this.lanes = lanes;
    }

    Route of(ChangeEvent<Row> event) {
        Route same = last;
        if (same != null && event.operation() == lastOperation && event.table().equals(lastTable)) {
            return same;
        }
        Map<Operation, Route> ofTable = routes.computeIfAbsent(event.table(), this::plan);
        Route route = Objects.requireNonNull(ofTable.get(event.operation()));
        last = route;
        lastTable = event.table();
        lastOperation = event.operation();
        return route;
    }

    private Map<Operation, Route> plan(TableId table) {
        List<Subscription> ofTable = subscriptions.stream()
                .filter(subscription -> subscription.tables().matches(table))
                .toList();
        Map<Operation, Route> plan = new EnumMap<>(Operation.class);
        for (Operation operation : Operation.values()) {
            List<Subscription> wanting = ofTable.stream()
                    .filter(subscription -> subscription.operations().contains(operation))
                    .toList();
            plan.put(operation, new Route(wanting, operation == Operation.TRUNCATE ? ofTable : List.of()));
        }
        return plan;
    }

    /** The listeners of one table and operation. */
    final class Route {

        /** Those that are called one by one on the delivery thread. */
        final Subscription[] singles;

        final Batch[] batched;
        final Lanes[] inLanes;

        /** The ids of those that acknowledge after the change was given to all. */
        final List<String> later;

        /** Those to which it matters that the table was emptied, whether they are called for it or not. */
        final Subscription[] emptied;

        final Batch[] emptiedBatches;
        final Lanes[] emptiedLanes;

        private Route(List<Subscription> wanting, List<Subscription> emptied) {
            this.singles = wanting.stream()
                    .filter(subscription -> !batches.containsKey(subscription) && !lanes.containsKey(subscription))
                    .toArray(Subscription[]::new);
            this.batched = batchesOf(wanting);
            this.inLanes = lanesOf(wanting);
            this.later = wanting.stream()
                    .filter(subscription -> subscription.ackMode() == Subscription.AckMode.MANUAL
                            || batches.containsKey(subscription)
                            || lanes.containsKey(subscription))
                    .map(Subscription::id)
                    .toList();
            this.emptied = emptied.toArray(Subscription[]::new);
            List<Subscription> parking = emptied.stream()
                    .filter(subscription -> subscription.policy().action() == FailurePolicy.Action.PARK)
                    .toList();
            this.emptiedBatches = batchesOf(parking);
            this.emptiedLanes = lanesOf(parking);
        }

        private Batch[] batchesOf(List<Subscription> some) {
            return some.stream().map(batches::get).filter(Objects::nonNull).toArray(Batch[]::new);
        }

        private Lanes[] lanesOf(List<Subscription> some) {
            return some.stream().map(lanes::get).filter(Objects::nonNull).toArray(Lanes[]::new);
        }

        /** Whether delivering a change is more than to put it into batches, so that it may take any time. */
        boolean isSlow() {
            return singles.length > 0 || inLanes.length > 0 || emptied.length > 0;
        }

        boolean isOneBatch() {
            return later.size() == 1 && batched.length == 1;
        }
    }
}
