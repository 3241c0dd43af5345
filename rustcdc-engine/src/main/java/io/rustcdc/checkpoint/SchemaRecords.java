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
        for (JsonFields json : JsonFields.listOf("schemas", records)) {
            TableId table = new TableId(json.textOrNull("schema"), json.text("table"));
            List<ColumnSchema> columns = json.objects("columns").stream()
                    .map(column -> new ColumnSchema(column.text("name"), column.text("type")))
                    .toList();
            TableSchema schema = new TableSchema(table, columns, json.texts("key"));
            schemas.put(table, new AcknowledgedSchema(schema, json.text("position")));
        }
        return Map.copyOf(schemas);
    }
}
