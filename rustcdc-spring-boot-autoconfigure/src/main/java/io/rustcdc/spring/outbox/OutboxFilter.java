package io.rustcdc.spring.outbox;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which rows of an outbox are events of a listener. Thread-safe. */
public final class OutboxFilter implements Predicate<ChangeEvent<Row>> {

    private static final Logger logger = LoggerFactory.getLogger(OutboxFilter.class);

    private final OutboxTable table;
    private final Set<String> aggregateTypes;
    private final Set<String> eventTypes;
    private final Set<TableId> told = ConcurrentHashMap.newKeySet();

    /** Empty lists stand for all types. */
    public OutboxFilter(OutboxTable table, List<String> aggregateTypes, List<String> eventTypes) {
        this.table = table;
        this.aggregateTypes = Set.copyOf(aggregateTypes);
        this.eventTypes = Set.copyOf(eventTypes);
    }

    /** Where the events are. */
    public OutboxTable table() {
        return table;
    }

    /** @throws OutboxException if the row cannot be an event */
    @Override
    public boolean test(ChangeEvent<Row> change) {
        if (change.operation() == Operation.UPDATE) {
            tellOfUpdate(change.table());
            return false;
        }
        return (aggregateTypes.isEmpty() || aggregateTypes.contains(table.aggregateType(change)))
                && (eventTypes.isEmpty() || eventTypes.contains(table.type(change)));
    }

    private void tellOfUpdate(TableId updated) {
        if (told.add(updated)) {
            logger.warn(
                    "Rows of the outbox {} were updated, which is ignored, now and later: an event is what was inserted. Insert another row for another event.",
                    updated);
        }
    }
}
