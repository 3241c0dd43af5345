package io.rustcdc.spring.outbox;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.spring.OutboxEvent;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import tools.jackson.databind.json.JsonMapper;

/** Makes events, or their contents, of rows. Thread-safe. */
public final class OutboxMapper {

    private final OutboxTable table;
    private final Payload payload;
    private final boolean nullable;

    /**
     * @param payload the type of the content
     * @param nullable whether there may be none
     */
    public OutboxMapper(OutboxTable table, JsonMapper json, ResolvableType payload, boolean nullable) {
        this.table = table;
        this.payload = Payload.of(payload, json);
        this.nullable = nullable;
    }

    /** @throws OutboxException if the row is no such event */
    public OutboxEvent<@Nullable Object> event(ChangeEvent<Row> change) {
        return new OutboxEvent<>(
                table.idText(change),
                table.aggregateType(change),
                table.aggregateId(change),
                table.type(change),
                payload(change),
                headers(change),
                timestamp(change));
    }

    /**
     * The content alone.
     *
     * @throws OutboxException if the row has no such content
     */
    public @Nullable Object payload(ChangeEvent<Row> change) {
        int index = table.layout(change).payload();
        Object content;
        try {
            content = payload.read(OutboxTable.row(change), index);
        } catch (Payload.Misfit e) {
            throw misfit(
                    change,
                    index,
                    String.valueOf(e.getMessage()),
                    "Correct what writes the outbox, or the type that the listener takes; a listener with eventTypes is called for those alone.");
        }
        if (content == null && !nullable) {
            throw misfit(
                    change,
                    index,
                    "it is null",
                    "Take an OutboxEvent<@Nullable %s>, or put a content into the outbox."
                            .formatted(payload.typeName()));
        }
        return content;
    }

    private OutboxException misfit(ChangeEvent<Row> change, int index, String reason, String action) {
        return new OutboxException(
                "The payload of event %s (%s) in the outbox %s, column '%s', is no %s: %s"
                        .formatted(
                                table.idText(change),
                                table.type(change),
                                change.table(),
                                OutboxTable.row(change).columns().name(index),
                                payload.typeName(),
                                reason),
                action);
    }

    private Map<String, @Nullable Object> headers(ChangeEvent<Row> change) {
        Row row = OutboxTable.row(change);
        Map<String, @Nullable Object> headers = new LinkedHashMap<>();
        for (int index : table.layout(change).others()) {
            if (row.isPresent(index)) {
                headers.put(row.columns().name(index), row.value(index));
            }
        }
        return headers;
    }

    private Instant timestamp(ChangeEvent<Row> change) {
        int index = table.layout(change).timestamp();
        if (index < 0) {
            return change.commitTime();
        }
        if (OutboxTable.row(change).value(index) instanceof OffsetDateTime time) {
            return time.toInstant();
        }
        throw new OutboxException(
                "Event %s (%s) in the outbox %s has no timestamp: the column '%s' is NULL or has no time zone"
                        .formatted(
                                table.idText(change),
                                table.type(change),
                                change.table(),
                                OutboxTable.row(change).columns().name(index)),
                "Use a column of type timestamptz (PostgreSQL), timestamp (MySQL, MariaDB) or datetimeoffset (SQL Server), or remove outbox.columns.timestamp.");
    }
}
