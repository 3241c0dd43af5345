package io.rustcdc.spring.listener;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Columns;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.mapping.ColumnNames;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Of the updates, those that changed one of some columns, or may have. Thread-safe. */
final class ColumnFilter implements Predicate<ChangeEvent<Row>> {

    private static final Logger logger = LoggerFactory.getLogger(ColumnFilter.class);

    private final String listener;
    private final List<String> columns;
    private final Set<TableId> told = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Places last;

    /** Where the columns are in one version of a table. */
    private static final class Places {

        private final Columns columns;
        private final int[] indexes;

        private Places(Columns columns, int[] indexes) {
            this.columns = columns;
            this.indexes = indexes;
        }
    }

    ColumnFilter(String listener, List<String> columns) {
        this.listener = listener;
        this.columns = List.copyOf(columns);
    }

    @Override
    public boolean test(ChangeEvent<Row> event) {
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
