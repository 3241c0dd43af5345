package io.rustcdc.codec;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Columns;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.SnapshotInfo;
import io.rustcdc.event.TableId;
import io.rustcdc.event.Transaction;
import io.rustcdc.source.OffsetFormat;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes a change as text from which an equal change can be read: each value of the same Java type with the same text form,
 * NULL and absent columns, the key's columns, the transaction and the position. For keeping changes; what other systems read is
 * {@link JsonEnvelope}.
 *
 * <p>The text is JSON in ASCII, so a database of any encoding can hold it. A column is {@code null} for SQL NULL, {@code false}
 * where it is absent, and else a list of its type, its value, and its text form where that is another one. A value that could not
 * be decoded keeps its text and the reason, and cannot be decoded when it is read back either.
 *
 * <p>Thread-safe.
 */
public final class StoredEnvelope {

    private static final int VERSION = 1;

    private static final TypeReference<LinkedHashMap<String, @Nullable Object>> FIELDS = new TypeReference<>() {};

    private static final JsonMapper json = JsonMapper.builder(JsonFactory.builder()
                    .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .build();

    private final OffsetFormat format;
    private final StoredRows rows = new StoredRows();

    /** @param format of the source's offsets */
    public StoredEnvelope(OffsetFormat format) {
        this.format = format;
    }

    /**
     * The change as text.
     *
     * @throws IllegalArgumentException if a transform has put a value into a row that is of none of the types which rows have; the
     *     message names column and type
     */
    public String write(ChangeEvent<Row> event) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("stored_version", VERSION);
        fields.put("op", event.operation().code());
        fields.put("source_name", event.source().name());
        fields.put("source_type", event.source().type());
        fields.put("schema", event.table().schema());
        fields.put("table", event.table().name());
        fields.put("offset", event.offset().fields());
        fields.put("commit_time", event.commitTime().toString());
        Transaction transaction = event.transaction();
        if (transaction != null) {
            fields.put("transaction", list(transaction.id(), transaction.index(), transaction.last()));
        }
        SnapshotInfo snapshot = event.snapshot();
        if (snapshot != null) {
            fields.put(
                    "snapshot",
                    list(snapshot.snapshotId(), snapshot.generation(), snapshot.chunkIndex(), snapshot.lastChunk()));
        }
        Row before = event.beforeRow();
        Row after = event.afterRow();
        if (after != null) {
            fields.put("after", StoredRows.write(after));
        }
        if (before != null) {
            boolean sameColumns = after != null && same(before.columns(), after.columns());
            fields.put("before", sameColumns ? StoredRows.writeCells(before) : StoredRows.write(before));
            fields.put("before_is_key_only", event.beforeKeyOnly());
        }
        return json.writeValueAsString(fields);
    }

    private static List<Object> list(Object... parts) {
        return List.of(parts);
    }

    private static boolean same(Columns one, Columns other) {
        return one == other || (one.names().equals(other.names()) && one.key().equals(other.key()));
    }

    /**
     * The change that was written.
     *
     * @throws IllegalArgumentException if the text is damaged, or of another version; the message does not hold values
     */
    public ChangeEvent<Row> read(String text) {
        try {
            StoredFields fields = fields(text);
            long version = fields.number("stored_version");
            if (version != VERSION) {
                throw new IllegalArgumentException(
                        "its version is %d, and %d is understood".formatted(version, VERSION));
            }
            TableId table = new TableId(fields.textOrNull("schema"), fields.text("table"));
            EventSource source = new EventSource(fields.text("source_name"), fields.text("source_type"));
            Object after = fields.valueOrNull("after");
            Object before = fields.valueOrNull("before");
            Row afterRow = after == null ? null : rows.read(table, after);
            Row beforeRow = before == null ? null : rows.read(table, before, afterRow);
            ChangeEvent.Builder event = ChangeEvent.of(source, operation(fields.text("op")), table)
                    .offset(offset(fields.value("offset")))
                    .commitTime(Instant.parse(fields.text("commit_time")))
                    .after(afterRow)
                    .before(beforeRow, beforeRow != null && fields.bool("before_is_key_only"));
            if (fields.valueOrNull("transaction") != null) {
                StoredFields parts = fields.list("transaction", "id", "index", "last");
                event.transaction(new Transaction(parts.number("id"), parts.number("index"), parts.bool("last")));
            }
            if (fields.valueOrNull("snapshot") != null) {
                StoredFields parts = fields.list("snapshot", "id", "generation", "chunk", "last");
                event.snapshot(new SnapshotInfo(
                        parts.text("id"),
                        parts.number("generation"),
                        Math.toIntExact(parts.number("chunk")),
                        parts.bool("last")));
            }
            return event.build();
        } catch (DateTimeException | ArithmeticException | IllegalStateException e) {
            throw new IllegalArgumentException(
                    "The stored change is damaged: " + e.getClass().getSimpleName(), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("The stored change is damaged: " + e.getMessage(), e);
        }
    }

    /** A position as text. */
    public String writeOffset(Offset offset) {
        return json.writeValueAsString(offset.fields());
    }

    /**
     * The position that was written.
     *
     * @throws IllegalArgumentException if the text is damaged
     */
    public Offset readOffset(String text) {
        return offset(fields(text).all());
    }

    private Offset offset(Object fields) {
        if (!(fields instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("field 'offset' must be an object");
        }
        Map<String, Object> known = new LinkedHashMap<>();
        map.forEach((name, value) -> {
            if (value != null) {
                known.put(String.valueOf(name), value);
            }
        });
        return format.parse(known);
    }

    private static Operation operation(String code) {
        for (Operation operation : Operation.values()) {
            if (operation.code().equals(code)) {
                return operation;
            }
        }
        throw new IllegalArgumentException("field 'op' is no operation");
    }

    private static StoredFields fields(String text) {
        try {
            return new StoredFields(json.readValue(text, FIELDS));
        } catch (JacksonException e) {
            // Its message, and that of its cause, may show what is in the text.
            throw new IllegalArgumentException("it is not the expected JSON (%s at %s)"
                    .formatted(
                            e.getClass().getSimpleName(),
                            e.getLocation() == null
                                    ? "an unknown place"
                                    : "character " + e.getLocation().getCharOffset()));
        }
    }
}
