package io.rustcdc.source.postgres;

import java.util.ArrayList;
import java.util.List;

/**
 * What the catalog says of a table beyond its description in the stream, at the time of asking.
 *
 * @param key the columns of the primary key in key order; empty when there is none
 * @param identitiesFull whether every partition has REPLICA IDENTITY FULL; true for a table without partitions
 */
record TableFacts(List<String> key, boolean identitiesFull) {

    TableFacts {
        key = List.copyOf(key);
    }

    /** The facts of the same table with more columns of its key. */
    TableFacts with(TableFacts next) {
        List<String> columns = new ArrayList<>(key);
        columns.addAll(next.key);
        return new TableFacts(columns, identitiesFull);
    }
}
