package io.rustcdc.spring.listener;

import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.delivery.BatchFailedException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Columns;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.mapping.ColumnNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls a listener only for those updates that changed one of some columns, or may have. What it is not called for is
 * acknowledged. Used by one delivery thread.
 */
final class ColumnFilter implements ListenerCall {

    private static final Logger logger = LoggerFactory.getLogger(ColumnFilter.class);

    private final String listener;
    private final List<String> columns;
    private final ListenerCall call;
    private final Set<TableId> told = new HashSet<>();
    private @Nullable Places last;

    /** Where the columns are in one version of a table. */
    private static final class Places {

        private final Columns columns;
        private final int[] indexes;

        private Places(Columns columns, int[] indexes) {
            this.columns = columns;
            this.indexes = indexes;
        }
    }

    ColumnFilter(String listener, List<String> columns, ListenerCall call) {
        this.listener = listener;
        this.columns = List.copyOf(columns);
        this.call = call;
    }

    @Override
    public void run(List<ChangeEvent<Row>> events, Acknowledgment acknowledgment) throws Exception {
        if (events.size() > 1) {
            runWanted(events, acknowledgment);
        } else if (wants(events.get(0))) {
            call.run(events, acknowledgment);
        } else {
            acknowledgment.acknowledge();
        }
    }

    private void runWanted(List<ChangeEvent<Row>> events, Acknowledgment acknowledgment) throws Exception {
        List<ChangeEvent<Row>> wanted = new ArrayList<>(events.size());
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            try {
                if (wants(events.get(i))) {
                    wanted.add(events.get(i));
                    places.add(i);
                }
            } catch (RuntimeException e) {
                throw new BatchFailedException(i, e);
            }
        }
        if (wanted.isEmpty()) {
            acknowledgment.acknowledge();
            return;
        }
        try {
            call.run(wanted, acknowledgment);
        } catch (BatchFailedException e) {
            boolean known = e.index() >= 0 && e.index() < places.size();
            throw known ? new BatchFailedException(places.get(e.index()), e.getCause()) : e;
        }
    }

    private boolean wants(ChangeEvent<Row> event) {
        return event.operation() != Operation.UPDATE
                || mayHaveChanged(event, Objects.requireNonNull(event.afterRow(), "after"));
    }

    private boolean mayHaveChanged(ChangeEvent<Row> event, Row after) {
        int[] now = places(event, after.columns());
        Row before = event.beforeRow();
        int[] then = before == null || before.columns() == after.columns() ? now : indexes(event, before.columns());
        boolean unknown = false;
        for (int i = 0; i < now.length; i++) {
            if (!after.isPresent(now[i])) {
                continue; // not sent: the update left it as it was
            }
            if (before == null || !before.isPresent(then[i])) {
                unknown = true;
            } else if (!Objects.deepEquals(before.value(then[i]), after.value(now[i]))) {
                return true;
            }
        }
        if (unknown && told.add(event.table())) {
            logger.warn(
                    "Listener '{}' is called for updates of {} that may not have changed {}: the database does not send what was there before. PostgreSQL: ALTER TABLE {} REPLICA IDENTITY FULL; MySQL and MariaDB: SET GLOBAL binlog_row_image = FULL",
                    listener,
                    event.table(),
                    columns,
                    event.table());
        }
        return unknown;
    }

    private int[] places(ChangeEvent<Row> event, Columns version) {
        Places found = last;
        if (found == null || found.columns != version) {
            found = new Places(version, indexes(event, version));
            last = found;
        }
        return found.indexes;
    }

    private int[] indexes(ChangeEvent<Row> event, Columns version) {
        return columns.stream()
                .mapToInt(column -> place(event, version, column))
                .toArray();
    }

    private int place(ChangeEvent<Row> event, Columns version, String column) {
        int index = ColumnNames.indexOf(version, column);
        if (index < 0) {
            throw new CdcConfigurationException(
                    "Listener '%s' waits for changes of column '%s', which %s does not have; its columns are %s"
                            .formatted(listener, column, event.table(), version.names()),
                    "Correct the columns of the @CdcListener, or restrict its tables to those that have them.");
        }
        return index;
    }
}
