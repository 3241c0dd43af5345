package io.rustcdc.source.postgres;

import io.rustcdc.event.TableId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A publication as it stands.
 *
 * @param tables what it covers, under the names that the stream will carry
 * @param viaRoot whether changes of partitions carry the name of the partitioned table
 * @param complete whether it publishes INSERT, UPDATE, DELETE and TRUNCATE
 * @param owned whether the role has the rights of its owner, which changing it takes
 */
record Publication(Map<TableId, Membership> tables, boolean viaRoot, boolean complete, boolean owned) {

    Publication {
        tables = Map.copyOf(tables);
    }

    boolean covers(CatalogTable table) {
        return tables.containsKey(table.id());
    }

    @Nullable
    Membership membership(CatalogTable table) {
        return tables.get(table.id());
    }

    /** Whether none of these tables was dropped and created again since they were read. */
    boolean fits(List<CatalogTable> read) {
        return read.stream().allMatch(table -> {
            Membership membership = tables.get(table.id());
            return membership == null || membership.table() == table.oid();
        });
    }

    /**
     * That a table belongs to a publication.
     *
     * @param number of the entry in pg_publication_rel: a table that left and came back has another; 0 when the table is
     *     covered without an entry of its own, by FOR ALL TABLES or FOR TABLES IN SCHEMA
     * @param table the table's number
     * @param narrow whether a column list leaves out columns of the replica identity
     */
    record Membership(long number, long table, boolean narrow) {}
}
