package io.rustcdc.test;

import io.rustcdc.event.Columns;
import io.rustcdc.event.Row;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes rows for events. Values are those that the engine delivers: Integer, Long, BigDecimal, String, Boolean, byte[],
 * LocalDate, LocalTime, LocalDateTime, OffsetDateTime, UUID, List.
 *
 * <pre>{@code
 * Row order = Rows.key("id", 7L).column("status", "NEW").column("note", null).absent("gift_note").row();
 * }</pre>
 */
public final class Rows {

    private Rows() {}

    /** A row whose table has this key column, perhaps beside others. */
    public static Builder key(String column, Object value) {
        return new Builder().key(column, value);
    }

    /** A row of a table without a known key. */
    public static Builder withoutKey() {
        return new Builder();
    }

    /**
     * The row that a record of the application stands for: a component {@code customerId} is the column
     * {@code customer_id}, an enum is its name.
     *
     * @param key the key's columns, as the table spells them; none for a table without a known key
     * @throws IllegalArgumentException if the record has no component for a key column
     */
    public static Row of(Record values, String... key) {
        Map<String, @Nullable Object> columns = new LinkedHashMap<>();
        for (RecordComponent component : values.getClass().getRecordComponents()) {
            columns.put(snakeCase(component.getName()), value(component, values));
        }
        return Row.of(Columns.of(List.copyOf(columns.keySet()), List.of(key)), columns);
    }

    /**
     * The image that a database sends when it sends the key alone, such as PostgreSQL before a DELETE under REPLICA
     * IDENTITY DEFAULT: the other columns are absent.
     *
     * @throws IllegalArgumentException if the row's table has no known key
     */
    public static Row keyOf(Row row) {
        if (row.columns().key().isEmpty()) {
            throw new IllegalArgumentException(
                    "The row has no key: make it with Rows.key(column, value) or Rows.of(record, keyColumn)");
        }
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        row.columns().key().forEach(column -> values.put(column, row.get(column)));
        return Row.of(row.columns(), values);
    }

    private static @Nullable Object value(RecordComponent component, Record values) {
        try {
            component.getAccessor().setAccessible(true);
            Object value = component.getAccessor().invoke(values);
            return value instanceof Enum<?> label ? label.name() : value;
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException(
                    "Component '%s' of %s cannot be read"
                            .formatted(component.getName(), values.getClass().getName()),
                    e);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(
                    "Component '%s' of %s failed"
                            .formatted(component.getName(), values.getClass().getName()),
                    e.getCause());
        }
    }

    private static String snakeCase(String name) {
        return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }

    /** Collects columns in the table's order. Not thread-safe; for one row. */
    public static final class Builder {

        private final List<String> names = new ArrayList<>();
        private final List<String> key = new ArrayList<>();
        private final Map<String, @Nullable Object> values = new LinkedHashMap<>();

        private Builder() {}

        /** A column of the table's primary key, in key order. */
        public Builder key(String name, Object value) {
            key.add(name);
            return column(name, value);
        }

        /** A present column; null is SQL NULL. */
        public Builder column(String name, @Nullable Object value) {
            names.add(name);
            values.put(name, value);
            return this;
        }

        /** A column of the table that the database did not send with this change. */
        public Builder absent(String name) {
            names.add(name);
            return this;
        }

        /** @throws IllegalArgumentException if a column was named twice */
        public Row row() {
            return Row.of(Columns.of(names, key), values);
        }
    }
}
