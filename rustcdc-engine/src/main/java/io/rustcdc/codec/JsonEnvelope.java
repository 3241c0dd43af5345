package io.rustcdc.codec;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Columns;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.SnapshotInfo;
import io.rustcdc.event.Transaction;
import java.io.ByteArrayOutputStream;
import java.io.StringWriter;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes a change as the JSON object that rustcdc's consumers know, version 1 of the envelope, fields always in the same
 * order.
 *
 * <p>Every scalar of a row is a JSON string in the database's own text form; SQL NULL is JSON null. A column that the
 * source did not send is left out of its image and named in {@code unavailable_columns} or
 * {@code before_unavailable_columns}, which are left out when empty; a before image that holds the key only names none.
 * In the row of a SCHEMA_CHANGE, lists are arrays and maps are objects. {@code transaction.total_events} is null but on the
 * last change of a transaction. Times are milliseconds since 1970, UTC.
 *
 * <p>Immutable and thread-safe. Fails with {@link io.rustcdc.event.ValueDecodeException} where a row's value cannot be
 * decoded.
 */
public final class JsonEnvelope {

    private final JsonFactory factory = new JsonFactory();

    /** The event as compact JSON. */
    public String toJson(ChangeEvent<Row> event) {
        StringWriter text = new StringWriter(512);
        try (JsonGenerator json = factory.createGenerator(ObjectWriteContext.empty(), text)) {
            write(event, json);
        }
        return text.toString();
    }

    /** The event as compact JSON in UTF-8. */
    public byte[] toBytes(ChangeEvent<Row> event) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = factory.createGenerator(ObjectWriteContext.empty(), bytes)) {
            write(event, json);
        }
        return bytes.toByteArray();
    }

    /** Writes the event as one JSON object where the generator stands; does not flush or close it. */
    public void write(ChangeEvent<Row> event, JsonGenerator json) {
        Row before = event.beforeRow();
        Row after = event.afterRow();
        boolean structured = event.operation() == Operation.SCHEMA_CHANGE;
        json.writeStartObject();
        json.writeName("before");
        writeRow(before, structured, json);
        json.writeName("after");
        writeRow(after, structured, json);
        json.writeStringProperty("op", event.operation().code());
        writeSource(event, json);
        json.writeNumberProperty("ts", event.commitTime().toEpochMilli());
        json.writeStringProperty("schema", event.table().schema());
        json.writeStringProperty("table", event.table().name());
        json.writeName("primary_key");
        writeKey(after != null ? after : before, json);
        json.writeName("snapshot");
        writeSnapshot(event.snapshot(), json);
        json.writeName("transaction");
        writeTransaction(event.transaction(), json);
        json.writeNumberProperty("envelope_version", ChangeEvent.ENVELOPE_VERSION);
        json.writeBooleanProperty("before_is_key_only", event.beforeKeyOnly());
        writeUnavailable("unavailable_columns", after, json);
        writeUnavailable("before_unavailable_columns", event.beforeKeyOnly() ? null : before, json);
        json.writeEndObject();
    }

    private static void writeSource(ChangeEvent<Row> event, JsonGenerator json) {
        json.writeName("source");
        json.writeStartObject();
        json.writeStringProperty("source_name", event.source().name());
        json.writeStringProperty("offset", event.offset().text());
        json.writeNumberProperty("timestamp", event.commitTime().toEpochMilli());
        json.writeEndObject();
    }

    private static void writeRow(@Nullable Row row, boolean structured, JsonGenerator json) {
        if (row == null) {
            json.writeNull();
            return;
        }
        Columns columns = row.columns();
        json.writeStartObject();
        for (int i = 0; i < columns.size(); i++) {
            if (row.isPresent(i)) {
                json.writeName(columns.name(i));
                if (structured) {
                    writeStructure(row.value(i), json);
                } else {
                    json.writeString(row.text(i));
                }
            }
        }
        json.writeEndObject();
    }

    private static void writeStructure(@Nullable Object value, JsonGenerator json) {
        if (value instanceof List<?> list) {
            json.writeStartArray();
            list.forEach(element -> writeStructure(element, json));
            json.writeEndArray();
        } else if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            map.forEach((name, element) -> {
                json.writeName(String.valueOf(name));
                writeStructure(element, json);
            });
            json.writeEndObject();
        } else {
            json.writeString(value == null ? null : value.toString());
        }
    }

    private static void writeKey(@Nullable Row row, JsonGenerator json) {
        if (row == null || row.columns().key().isEmpty()) {
            json.writeNull();
        } else {
            writeStructure(row.columns().key(), json);
        }
    }

    private static void writeSnapshot(@Nullable SnapshotInfo snapshot, JsonGenerator json) {
        if (snapshot == null) {
            json.writeNull();
            return;
        }
        json.writeStartObject();
        json.writeStringProperty("snapshot_id", snapshot.snapshotId());
        json.writeNumberProperty("chunk_index", snapshot.chunkIndex());
        json.writeBooleanProperty("is_last_chunk", snapshot.lastChunk());
        json.writeNumberProperty("generation", snapshot.generation());
        json.writeEndObject();
    }

    private static void writeTransaction(@Nullable Transaction transaction, JsonGenerator json) {
        if (transaction == null) {
            json.writeNull();
            return;
        }
        json.writeStartObject();
        json.writeName("tx_id");
        if (transaction.id() >= 0) {
            json.writeNumber(transaction.id());
        } else {
            json.writeNumber(new BigInteger(Long.toUnsignedString(transaction.id())));
        }
        Long total = transaction.totalEvents();
        json.writeName("total_events");
        if (total == null) {
            json.writeNull();
        } else {
            json.writeNumber(total.longValue());
        }
        json.writeNumberProperty("event_index", transaction.index());
        json.writeEndObject();
    }

    private static void writeUnavailable(String field, @Nullable Row row, JsonGenerator json) {
        if (row == null || row.isComplete()) {
            return;
        }
        Columns columns = row.columns();
        json.writeName(field);
        json.writeStartArray();
        for (int i = 0; i < columns.size(); i++) {
            if (!row.isPresent(i)) {
                json.writeString(columns.name(i));
            }
        }
        json.writeEndArray();
    }
}
