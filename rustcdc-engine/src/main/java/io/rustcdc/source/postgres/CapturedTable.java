package io.rustcdc.source.postgres;

import io.rustcdc.event.TableId;
import io.rustcdc.schema.TableSchema;
import io.rustcdc.source.postgres.PgOutputMessage.Relation;

/** One version of a table that passes the filter. For the reader's thread; its shape goes with the rows. */
final class CapturedTable {

    private final Relation relation;
    private final TableSchema schema;
    private final RowShape shape;
    private boolean announced;

    /** @param relation the message that described it */
    CapturedTable(Relation relation, TableSchema schema, RowShape shape) {
        this.relation = relation;
        this.schema = schema;
        this.shape = shape;
    }

    TableId id() {
        return schema.table();
    }

    TableSchema schema() {
        return schema;
    }

    RowShape shape() {
        return shape;
    }

    /** Whether this version has been compared with the acknowledged one and handed over if it was news. */
    boolean isAnnounced() {
        return announced;
    }

    void setAnnounced() {
        announced = true;
    }

    /**
     * Whether another description surely means the same key: under DEFAULT the flags would tell a new one. The server
     * repeats descriptions after each ANALYZE, and nobody should ask the catalog each time.
     */
    boolean hasKeyOf(Relation next) {
        return next.identity() == 'd' && next.equals(relation);
    }

    boolean isDescribedAlike(CapturedTable other) {
        return relation.equals(other.relation) && schema.equals(other.schema);
    }
}
