package io.rustcdc.deadletter;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.RowKey;
import io.rustcdc.event.TableId;
import java.math.BigDecimal;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A row of which changes are parked for a listener.
 *
 * @param key its key as one text: {@code id=5}, or {@code tenant=7,code="a b"}. Rows of a table that differ in their keys have
 *     different texts. The type of a value is not in it, so a column that becomes wider leaves it as it is. May be long
 */
public record ParkedRow(String listener, TableId table, String key) {

    private static final Pattern PLAIN = Pattern.compile("[\\w.:+-]+");

    public ParkedRow {
        Objects.requireNonNull(listener, "listener");
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(key, "key");
    }

    /** The rows that a change belongs to: of its key, and of the one before it; none if it has no key. */
    public static List<ParkedRow> of(String listener, ChangeEvent<Row> event) {
        boolean ofTable = event.operation() == Operation.TRUNCATE || event.operation() == Operation.SCHEMA_CHANGE;
        RowKey key = ofTable ? null : event.key();
        if (key == null) {
            return List.of();
        }
        ParkedRow row = new ParkedRow(listener, event.table(), text(key));
        RowKey previous = event.operation() == Operation.UPDATE ? event.previousKey() : null;
        return previous == null ? List.of(row) : List.of(row, new ParkedRow(listener, event.table(), text(previous)));
    }

    /** The table alone: keys are values. */
    @Override
    public String toString() {
        return "a row of %s for listener '%s'".formatted(table, listener);
    }

    static String text(RowKey key) {
        StringJoiner text = new StringJoiner(",");
        for (int i = 0; i < key.columns().size(); i++) {
            text.add(quoted(key.columns().get(i)) + "=" + value(key.values().get(i)));
        }
        return text.toString();
    }

    private static String value(@Nullable Object value) {
        if (value instanceof List<?> list) {
            StringJoiner text = new StringJoiner(",", "[", "]");
            list.forEach(element -> text.add(value(element)));
            return text.toString();
        }
        if (value instanceof byte[] bytes) {
            return "0x" + HexFormat.of().formatHex(bytes);
        }
        if (value instanceof BigDecimal number) {
            return number.stripTrailingZeros().toPlainString(); // to databases, 1.0 and 1.00 are one key
        }
        return value == null ? "" : quoted(value.toString());
    }

    private static String quoted(String text) {
        return PLAIN.matcher(text).matches()
                ? text
                : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
