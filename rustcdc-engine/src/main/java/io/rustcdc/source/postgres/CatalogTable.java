package io.rustcdc.source.postgres;

import io.rustcdc.event.TableId;

/**
 * A table of the database that could be captured.
 *
 * @param id its name
 * @param oid its number; one that is dropped and created again has another
 * @param quoted its name as SQL takes it
 * @param kind what else holds its rows
 * @param identified whether every row has a replica identity, so that publishing the table does not make the server refuse
 *     UPDATE and DELETE on it
 * @param owned whether the role has the rights of the table's owner, which publishing it takes
 */
record CatalogTable(TableId id, long oid, String quoted, Kind kind, boolean identified, boolean owned) {

    /** Where rows live that a query of the table shows. */
    enum Kind {
        /** In the table. */
        ORDINARY,
        /** In its partitions. */
        PARTITIONED,
        /** In the table and in those that inherit from it, which are tables of their own. */
        INHERITED
    }

    boolean partitioned() {
        return kind == Kind.PARTITIONED;
    }

    /** Its name in a publication. Without ONLY the server would publish the tables that inherit from it, too. */
    String published() {
        return kind == Kind.INHERITED ? "ONLY " + quoted : quoted;
    }

    /** What makes the whole old row known. Partitions do not follow their partitioned table. */
    String fullIdentity() {
        if (!partitioned()) {
            return "ALTER TABLE " + quoted + " REPLICA IDENTITY FULL;";
        }
        return "DO $$DECLARE part regclass; BEGIN FOR part IN SELECT relid FROM pg_partition_tree('%s') LOOP EXECUTE format('ALTER TABLE %%s REPLICA IDENTITY FULL', part); END LOOP; END$$;"
                .formatted(quoted.replace("'", "''"));
    }
}
