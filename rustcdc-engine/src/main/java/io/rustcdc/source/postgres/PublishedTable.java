package io.rustcdc.source.postgres;

import io.rustcdc.source.postgres.PgOutputMessage.Column;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table as the publication sends it, for reading its rows alike.
 *
 * @param quoted its name as SQL takes it
 * @param columns the published ones, in the table's order
 * @param key the primary key, in key order; empty for none
 * @param rowFilter the publication's condition on rows; null for none
 * @param rewritten whether the table's storage has been replaced since the snapshot of the transaction: then the snapshot finds
 *     it empty
 */
record PublishedTable(
        String quoted,
        List<Column> columns,
        List<KeyColumn> key,
        @Nullable String rowFilter,
        boolean rewritten) {

    /**
     * @param type as a cast names it
     */
    record KeyColumn(String name, String type) {}

    PublishedTable {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
    }
}
