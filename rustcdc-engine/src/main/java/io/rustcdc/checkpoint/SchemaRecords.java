package io.rustcdc.checkpoint;

import io.rustcdc.event.TableId;
import io.rustcdc.schema.AcknowledgedSchema;
import io.rustcdc.schema.ColumnSchema;
import io.rustcdc.schema.TableSchema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Acknowledged schemas as plain JSON values and back. */
final class SchemaRecords {

    private SchemaRecords() {}

    /** In the order of the tables' names, so that equal schemas make equal files. */
    static List<Map<String, @Nullable Object>> toJson(Map<TableId, AcknowledgedSchema> schemas) {
        List<Map<String, @Nullable Object>> records = new ArrayList<>();
        schemas.values().stream()
                .sorted(Comparator.comparing(known -> known.schema().table().qualifiedName()))
                .forEach(known -> records.add(toJson(known)));
        return records;
    }

    private static Map<String, @Nullable Object> toJson(AcknowledgedSchema known) {
        TableSchema schema = known.schema();
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("schema", schema.table().schema());
        json.put("table", schema.table().name());
        json.put("position", known.position());
        List<Map<String, String>> columns = new ArrayList<>();
        for (ColumnSchema column : schema.columns()) {
            Map<String, String> entry = new LinkedHashMap<>();
            entry.put("name", column.name());
            entry.put("type", column.type());
            columns.add(entry);
        }
        json.put("columns", columns);
        json.put("key", schema.key());
        return json;
    }

    /** @throws IllegalArgumentException naming the field that is missing or of another type */
    static Map<TableId, AcknowledgedSchema> parse(@Nullable Object records) {
        Map<TableId, AcknowledgedSchema> schemas = new LinkedHashMap<>();
        for (Object record : list("schemas", records)) {
            Map<?, ?> json = map("schemas", record);
            Object schema = json.get("schema");
            TableId table =
                    new TableId(schema == null ? null : text("schema", schema), text("table", json.get("table")));
            List<ColumnSchema> columns = new ArrayList<>();
            for (Object column : list("columns", json.get("columns"))) {
                Map<?, ?> entry = map("columns", column);
                columns.add(new ColumnSchema(text("name", entry.get("name")), text("type", entry.get("type"))));
            }
            List<String> key = new ArrayList<>();
            list("key", json.get("key")).forEach(name -> key.add(text("key", name)));
            schemas.put(
                    table,
                    new AcknowledgedSchema(
                            new TableSchema(table, columns, key), text("position", json.get("position"))));
        }
        return Map.copyOf(schemas);
    }

    private static List<?> list(String field, @Nullable Object value) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw new IllegalArgumentException("field '%s' must be a list".formatted(field));
    }

    private static Map<?, ?> map(String field, @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw new IllegalArgumentException("field '%s' must hold objects".formatted(field));
    }

    private static String text(String field, @Nullable Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("field '%s' must be a text".formatted(field));
    }
}
