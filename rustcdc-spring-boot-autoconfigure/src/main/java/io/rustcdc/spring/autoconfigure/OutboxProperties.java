package io.rustcdc.spring.autoconfigure;

import org.jspecify.annotations.Nullable;

/** What can be set for the outbox of a source. */
public class OutboxProperties {

    /**
     * Outbox table, as a glob over qualified names, for listeners that name no table.
     */
    private String table = "outbox";

    /**
     * Whether to delete the row of an event when all listeners have acknowledged it.
     */
    private boolean remove;

    /**
     * Name of the DataSource bean by which rows are deleted. The only or primary one unless set.
     */
    private @Nullable String dataSource;

    private final Columns columns = new Columns();

    public String getTable() {
        return table;
    }

    public void setTable(String table) {
        this.table = table;
    }

    public boolean isRemove() {
        return remove;
    }

    public void setRemove(boolean remove) {
        this.remove = remove;
    }

    public @Nullable String getDataSource() {
        return dataSource;
    }

    public void setDataSource(@Nullable String dataSource) {
        this.dataSource = dataSource;
    }

    public Columns getColumns() {
        return columns;
    }

    /** Columns by other names than the usual ones. */
    public static class Columns {

        /**
         * Column of the event's id. "id" unless set.
         */
        private @Nullable String id;

        /**
         * Column of the aggregate's type. "aggregatetype" or "aggregate_type" unless set.
         */
        private @Nullable String aggregateType;

        /**
         * Column of the aggregate's id. "aggregateid" or "aggregate_id" unless set.
         */
        private @Nullable String aggregateId;

        /**
         * Column of the event's type. "type" or "event_type" unless set.
         */
        private @Nullable String type;

        /**
         * Column of the event's content. "payload" unless set.
         */
        private @Nullable String payload;

        /**
         * Column of the event's time, of a type with a time zone. The time of the commit unless set.
         */
        private @Nullable String timestamp;

        public @Nullable String getId() {
            return id;
        }

        public void setId(@Nullable String id) {
            this.id = id;
        }

        public @Nullable String getAggregateType() {
            return aggregateType;
        }

        public void setAggregateType(@Nullable String aggregateType) {
            this.aggregateType = aggregateType;
        }

        public @Nullable String getAggregateId() {
            return aggregateId;
        }

        public void setAggregateId(@Nullable String aggregateId) {
            this.aggregateId = aggregateId;
        }

        public @Nullable String getType() {
            return type;
        }

        public void setType(@Nullable String type) {
            this.type = type;
        }

        public @Nullable String getPayload() {
            return payload;
        }

        public void setPayload(@Nullable String payload) {
            this.payload = payload;
        }

        public @Nullable String getTimestamp() {
            return timestamp;
        }

        public void setTimestamp(@Nullable String timestamp) {
            this.timestamp = timestamp;
        }
    }
}
