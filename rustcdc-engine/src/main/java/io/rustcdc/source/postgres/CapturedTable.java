package io.rustcdc.source.postgres;

import io.rustcdc.event.TableId;
import io.rustcdc.schema.TableSchema;
import io.rustcdc.source.internal.SchemaWatch;
import io.rustcdc.source.postgres.PgOutputMessage.Relation;
import io.rustcdc.source.postgres.TableKeys.TableKey;

/** One version of a table that passes the filter. For the reader's thread; its shape goes with the rows. */
final class CapturedTable implements SchemaWatch.Described {

    private final Relation relation;
    private final TableSchema schema;
    private final TableKey key;
    private final RowShape shape;
    private boolean announced;

    /** @param relation the message that described it */
    CapturedTable(Relation relation, TableSchema schema, TableKey key, RowShape shape) {
        this.relation = relation;
        this.schema = schema;
        this.key = key;
        this.shape = shape;
    }

    TableId id() {
        return schema.table();
    }

    @Override
    public TableSchema schema() {
        return schema;
    }

    TableKey key() {
        return key;
    }

    RowShape shape() {
        return shape;
    }

    /** Whether this version has been compared with the acknowledged one and handed over if it was news. */
    @Override
    public boolean isAnnounced() {
        return announced;
    }

    @Override
    public void setAnnounced() {
        announced = true;
    }

    /**
     * Whether another description surely means the same key: under DEFAULT the flags would tell other columns, and one
     * column has no order. The server repeats descriptions after each ANALYZE, and nobody should ask the catalog each
     * time.
     */
    boolean hasKeyOf(Relation next) {
        return next.identity() == 'd' && next.equals(relation) && key.columns().size() <= 1;
    }

    /** Whether another description tells of the same columns with the same flags: then the key is most likely the same. */
    boolean hasColumnsOf(Relation next) {
        return next.identity() == relation.identity() && next.columns().equals(relation.columns());
    }

    boolean isDescribedAlike(CapturedTable other) {
        return relation.equals(other.relation) && schema.equals(other.schema) && key.equals(other.key);
    }
}
