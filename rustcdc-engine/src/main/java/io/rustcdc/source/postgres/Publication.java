package io.rustcdc.source.postgres;

import io.rustcdc.event.TableId;
import java.util.Set;

/**
 * A publication as it stands.
 *
 * @param tables what it covers, under the names that the stream will carry
 * @param viaRoot whether changes of partitions carry the name of the partitioned table
 * @param complete whether it publishes INSERT, UPDATE, DELETE and TRUNCATE
 */
record Publication(Set<TableId> tables, boolean viaRoot, boolean complete) {

    Publication {
        tables = Set.copyOf(tables);
    }
}
