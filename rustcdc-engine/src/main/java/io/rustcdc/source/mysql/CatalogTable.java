package io.rustcdc.source.mysql;

import io.rustcdc.event.TableId;
import java.util.List;

/**
 * What the catalog says of a table now.
 *
 * @param columns in order
 * @param key the primary key's columns in key order; empty for none
 * @param hidden how many columns rows have behind these that nobody can select
 */
record CatalogTable(TableId id, List<CatalogColumn> columns, List<String> key, int hidden) {

    CatalogTable {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
    }
}
