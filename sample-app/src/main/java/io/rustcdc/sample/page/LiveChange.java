package io.rustcdc.sample.page;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.event.RowKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One line of the page.
 *
 * @param number counts the changes since the start of the application
 * @param offset where it stands in the database's log
 * @param delayMillis from the commit to the listener, by two clocks of one machine
 * @param columns the short columns of the row, as text
 */
record LiveChange(
        long number,
        String operation,
        String table,
        @Nullable String key,
        String offset,
        @Nullable Long transaction,
        long delayMillis,
        Map<String, @Nullable String> columns) {

    private static final int LONGEST_TEXT = 60;

    static LiveChange of(long number, ChangeEvent<Row> change, long nowMillis) {
        Row row = change.afterRow() != null ? change.afterRow() : change.beforeRow();
        return new LiveChange(
                number,
                change.operation().name(),
                change.table().toString(),
                key(change),
                change.offset().text(),
                change.transaction() == null ? null : change.transaction().id(),
                Math.max(0, nowMillis - change.commitTime().toEpochMilli()),
                row == null ? Map.of() : columns(row));
    }

    private static @Nullable String key(ChangeEvent<Row> change) {
        RowKey key = change.key();
        return key == null ? null : key.values().stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    private static Map<String, @Nullable String> columns(Row row) {
        Map<String, @Nullable String> columns = new LinkedHashMap<>();
        for (int i = 0; i < row.columns().size(); i++) {
            if (row.isPresent(i)) {
                columns.put(row.columns().name(i), shorten(row.text(i)));
            }
        }
        return columns;
    }

    private static @Nullable String shorten(@Nullable String text) {
        return text == null || text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
    }
}
