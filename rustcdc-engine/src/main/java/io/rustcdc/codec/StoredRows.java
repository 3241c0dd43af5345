package io.rustcdc.codec;

import io.rustcdc.event.Columns;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.event.ValueDecodeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Rows in a stored change: {@code {"columns":[..],"key":[..],"cells":[..]}}, or the cells alone where the columns are those of the
 * other image. Rows of one table share their columns as long as these stay the same. Thread-safe.
 */
final class StoredRows {

    private static final String UNDECODABLE = "undecodable";

    private final Map<TableId, Columns> known = new ConcurrentHashMap<>();

    static Map<String, @Nullable Object> write(Row row) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("columns", row.columns().names());
        fields.put("key", row.columns().key());
        fields.put("cells", writeCells(row));
        return fields;
    }

    static List<@Nullable Object> writeCells(Row row) {
        List<@Nullable Object> cells = new ArrayList<>(row.columns().size());
        for (int i = 0; i < row.columns().size(); i++) {
            cells.add(row.isPresent(i) ? cell(row, i) : false);
        }
        return cells;
    }

    private static @Nullable Object cell(Row row, int index) {
        if (row.isNull(index)) {
            return null;
        }
        Object value;
        try {
            value = row.value(index);
        } catch (ValueDecodeException e) {
            return undecodable(row, index, e);
        }
        if (value == null) {
            return null;
        }
        List<@Nullable Object> cell = StoredValues.write(value, row.columns().name(index));
        String text = textOf(row, index);
        if (text != null && !text.equals(StoredValues.plainText(value))) {
            cell.add(text);
        }
        return cell;
    }

    private static Object undecodable(Row row, int index, ValueDecodeException reason) {
        List<@Nullable Object> cell = new ArrayList<>();
        cell.add(UNDECODABLE);
        cell.add(reason.getMessage());
        cell.add(textOf(row, index));
        return cell;
    }

    /** Null where there is none, though there may be a value. */
    private static @Nullable String textOf(Row row, int index) {
        try {
            return row.text(index);
        } catch (ValueDecodeException e) {
            return null;
        }
    }

    Row read(TableId table, Object stored) {
        return read(table, stored, null);
    }

    /** @param other the image whose columns it has if it names none */
    Row read(TableId table, Object stored, @Nullable Row other) {
        if (stored instanceof List<?> cells && other != null) {
            return row(other.columns(), cells);
        }
        if (stored instanceof Map<?, ?> map && map.get("cells") instanceof List<?> cells) {
            return row(columns(table, texts(map.get("columns")), texts(map.get("key"))), cells);
        }
        throw new IllegalArgumentException("a row must have columns and cells");
    }

    private static List<String> texts(@Nullable Object list) {
        List<String> texts = new ArrayList<>();
        if (!(list instanceof List<?> elements)) {
            throw new IllegalArgumentException("the names of columns must be a list");
        }
        for (Object element : elements) {
            texts.add(String.valueOf(element));
        }
        return texts;
    }

    private Columns columns(TableId table, List<String> names, List<String> key) {
        return Objects.requireNonNull(known.compute(
                table,
                (id, last) ->
                        last != null && last.names().equals(names) && last.key().equals(key)
                                ? last
                                : Columns.of(names, key)));
    }

    private static Row row(Columns columns, List<?> cells) {
        if (cells.size() != columns.size()) {
            throw new IllegalArgumentException(
                    "a row has %d cells for %d columns".formatted(cells.size(), columns.size()));
        }
        Map<String, @Nullable Object> values = new HashMap<>();
        Map<Integer, StoredRow.Own> own = new HashMap<>();
        for (int i = 0; i < cells.size(); i++) {
            Object cell = cells.get(i);
            if (Boolean.FALSE.equals(cell)) {
                continue;
            }
            if (cell == null) {
                values.put(columns.name(i), null);
                continue;
            }
            if (!(cell instanceof List<?> parts) || parts.size() < 2 || parts.size() > 3) {
                throw new IllegalArgumentException("column '%s' must be a type and a value".formatted(columns.name(i)));
            }
            String text = parts.size() == 3 && parts.get(2) != null ? String.valueOf(parts.get(2)) : null;
            if (UNDECODABLE.equals(parts.get(0))) {
                values.put(columns.name(i), "");
                own.put(i, new StoredRow.Own(text, String.valueOf(parts.get(1))));
                continue;
            }
            values.put(columns.name(i), StoredValues.read(parts, columns.name(i)));
            if (text != null) {
                own.put(i, new StoredRow.Own(text, null));
            }
        }
        Row row = Row.of(columns, values);
        return own.isEmpty() ? row : new StoredRow(row, own);
    }
}
