package io.rustcdc.snapshot;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.source.KeyRange;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the rows that would slip through between the chunks: an update that changes the key may move a row from the part of the
 * table that is still to be read into the part that was read. If it does not send all columns, nobody would ever
 * deliver the others. Such a row is read once more, under its new key.
 */
final class MovedRows {

    private static final Logger logger = LoggerFactory.getLogger(MovedRows.class);

    /** Beyond this the table is read anew instead. */
    private static final int MOST = 1000;

    private MovedRows() {}

    /**
     * The table's progress with the row of this change still to be read; null when there is no need.
     *
     * @param underWay whether the table is being read, be it the first chunk
     */
    static @Nullable TableSnapshot toReadAgain(SnapshotState state, ChangeEvent<Row> event, boolean underWay) {
        Row before = event.beforeRow();
        Row after = event.afterRow();
        if (event.operation() != Operation.UPDATE || before == null || after == null || after.isComplete()) {
            return null;
        }
        TableSnapshot table = state.of(event.table()).orElse(null);
        if (table == null || !table.isPending() || table.key().isEmpty() || (table.isUntouched() && !underWay)) {
            return null;
        }
        List<String> key = key(table.key(), after);
        if (key == null || key.equals(key(table.key(), before))) {
            return null;
        }
        if (table.singleKeys() < MOST) {
            return table.alsoReading(key);
        }
        logger.warn(
                "More than {} rows of table '{}' got another key while it was read: it is read from the beginning again",
                MOST,
                table.table());
        return table.cutInto(List.of(KeyRange.all()));
    }

    private static @Nullable List<String> key(List<String> columns, Row row) {
        List<String> key = new ArrayList<>(columns.size());
        for (String column : columns) {
            String text = row.isPresent(column) ? row.text(row.columns().indexOf(column)) : null;
            if (text == null) {
                return null;
            }
            key.add(text);
        }
        return key;
    }
}
