package io.rustcdc.spring.outbox;

import org.springframework.core.ResolvableType;
import tools.jackson.databind.json.JsonMapper;

/** The outbox tables of all sources, and how the contents of their events are read. */
public final class Outboxes {

    private final JsonMapper json;
    private final Tables tables;

    /** Finds the outbox of a source. */
    @FunctionalInterface
    public interface Tables {

        /**
         * @param source as a listener names it; empty for the only one
         * @param listener for messages
         * @throws io.rustcdc.spring.CdcConfigurationException if there is no such source
         */
        OutboxTable of(String source, String listener);
    }

    /** @param json reads the contents */
    public Outboxes(JsonMapper json, Tables tables) {
        this.json = json;
        this.tables = tables;
    }

    public OutboxTable table(String source, String listener) {
        return tables.of(source, listener);
    }

    /** See {@link OutboxMapper}. */
    public OutboxMapper mapper(OutboxTable table, ResolvableType payload, boolean nullable) {
        return new OutboxMapper(table, json, payload, nullable);
    }
}
