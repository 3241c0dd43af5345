package io.rustcdc.spring.outbox;

import org.jspecify.annotations.Nullable;

/**
 * The columns of an outbox table as they are configured. Those that are not found by the usual names, with or without
 * underscores.
 *
 * @param timestamp null for the time of the commit
 */
public record OutboxColumns(
        @Nullable String id,
        @Nullable String aggregateType,
        @Nullable String aggregateId,
        @Nullable String type,
        @Nullable String payload,
        @Nullable String timestamp) {

    /** The usual names. */
    public static OutboxColumns usual() {
        return new OutboxColumns(null, null, null, null, null, null);
    }
}
