package io.rustcdc.spring.outbox;

import io.rustcdc.delivery.Subscription;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.source.TableFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All listeners of a source's outbox. A row that none of them takes stays, so that a type nobody thought of is not lost unseen. */
public final class OutboxTakers {

    private static final Logger logger = LoggerFactory.getLogger(OutboxTakers.class);

    private static final int MOST_TOLD = 100;

    private final List<Taker> takers = new ArrayList<>();
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    private record Taker(Subscription listener, OutboxFilter filter) {

        private boolean takes(ChangeEvent<Row> change) {
            return listener.operations().contains(change.operation())
                    && listener.tables().matches(change.table())
                    && filter.test(change);
        }
    }

    public void add(Subscription listener, OutboxFilter filter) {
        takers.add(new Taker(listener, filter));
    }

    public boolean isEmpty() {
        return takers.isEmpty();
    }

    /** The tables of all of them. */
    public TableFilter tables() {
        return new TableFilter(
                takers.stream()
                        .flatMap(taker -> taker.listener().tables().include().stream())
                        .distinct()
                        .toList(),
                List.of());
    }

    /** Of these changes, those whose rows need not stay. */
    List<DoneRow> done(List<ChangeEvent<Row>> changes) {
        List<DoneRow> rows = new ArrayList<>(changes.size());
        for (ChangeEvent<Row> change : changes) {
            try {
                OutboxFilter taking = taking(change);
                if (taking != null) {
                    rows.add(taking.table().done(change));
                }
            } catch (CdcException e) {
                logger.debug("A row of {} is no event, and stays", change.table(), e);
            }
        }
        return rows;
    }

    private @Nullable OutboxFilter taking(ChangeEvent<Row> change) {
        for (Taker taker : takers) {
            if (taker.takes(change)) {
                return taker.filter();
            }
        }
        String type = takers.get(0).filter().table().type(change);
        if (told.size() < MOST_TOLD && told.add(type)) {
            logger.warn(
                    "No listener takes the event type '{}' of the outbox {}: its rows stay. Add an @OutboxListener for it, or delete them.",
                    type,
                    change.table());
        }
        return null;
    }
}
