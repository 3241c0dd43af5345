package io.rustcdc.spring;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A domain event that the application has put into an outbox table. A {@link CdcListener} that takes one is called for each
 * row that was inserted, and for those that exist already, and for nothing else: updates and deletes of such a table are no events.
 *
 * @param id of the event, which stays the same when it is delivered again
 * @param aggregateType what kind of thing the event is about, such as {@code order}
 * @param aggregateId which one it is; events of one come in the order of their commits
 * @param type what has happened, such as {@code OrderPlaced}
 * @param payload the event's content; null only where a listener asks for {@code OutboxEvent<@Nullable T>}
 * @param headers the further columns of the row in the table's order, by their names
 * @param timestamp of the column that {@code outbox.columns.timestamp} names; without that setting, when the row was
 *     committed, and for a row that existed already, when it was read
 * @param <T> a type that the payload's JSON is read into; String and byte[] take it as it is
 */
public record OutboxEvent<T extends @Nullable Object>(
        String id,
        String aggregateType,
        String aggregateId,
        String type,
        T payload,
        Map<String, @Nullable Object> headers,
        Instant timestamp) {

    public OutboxEvent {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** Without payload and headers, which must not reach a log by accident. */
    @Override
    public String toString() {
        return "%s %s of %s %s".formatted(type, id, aggregateType, aggregateId);
    }
}
