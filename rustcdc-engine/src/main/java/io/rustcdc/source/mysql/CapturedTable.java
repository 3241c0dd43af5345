package io.rustcdc.source.mysql;

import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.schema.TableSchema;
import io.rustcdc.source.internal.SchemaWatch;

/** One version of a table that passes the filter. For the reader's thread; its shape goes with the rows. */
final class CapturedTable implements SchemaWatch.Described {

    private final TableDescription description;
    private boolean announced;

    CapturedTable(TableDescription description) {
        this.description = description;
    }

    TableId id() {
        return description.schema().table();
    }

    @Override
    public TableSchema schema() {
        return description.schema();
    }

    RowShape shape() {
        return description.shape();
    }

    @Override
    public boolean isAnnounced() {
        return announced;
    }

    @Override
    public void setAnnounced() {
        announced = true;
    }

    /** Whether an old image holds the key's columns and no others, as under binlog_row_image MINIMAL. */
    boolean isKeyOnly(Row before) {
        int keys = before.columns().key().size();
        if (keys == 0 || keys == before.columns().size()) {
            return false;
        }
        int present = 0;
        for (int i = 0; i < before.columns().size(); i++) {
            if (before.isPresent(i) && ++present > keys) {
                return false;
            }
        }
        return present == keys;
    }
}
