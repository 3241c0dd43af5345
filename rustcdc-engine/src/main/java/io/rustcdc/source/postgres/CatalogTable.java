package io.rustcdc.source.postgres;

import io.rustcdc.event.TableId;

/**
 * A table of the database that could be captured.
 *
 * @param id its name
 * @param oid its number; one that is dropped and created again has another
 * @param quoted its name as SQL takes it
 * @param kind what else holds its rows
 * @param identity how the server names its rows
 * @param owned whether the role has the rights of the table's owner, which publishing it takes
 */
record CatalogTable(TableId id, long oid, String quoted, Kind kind, ReplicaIdentity identity, boolean owned) {

    /** Where rows live that a query of the table shows. */
    enum Kind {
        /** In the table. */
        ORDINARY,
        /** In its partitions. */
        PARTITIONED,
        /** In the table and in those that inherit from it, which are tables of their own. */
        INHERITED
    }

    /** Whether publishing the table does not make the server refuse UPDATE and DELETE on it. */
    boolean identified() {
        return identity.namesRows();
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
        return identity("FULL");
    }

    /** What makes the primary key name the rows. */
    String defaultIdentity() {
        return identity("DEFAULT");
    }

    private String identity(String which) {
        if (!partitioned()) {
            return "ALTER TABLE %s REPLICA IDENTITY %s;".formatted(quoted, which);
        }
        return "DO $$DECLARE part regclass; BEGIN FOR part IN SELECT relid FROM pg_partition_tree('%s') LOOP EXECUTE format('ALTER TABLE %%s REPLICA IDENTITY %s', part); END LOOP; END$$;"
                .formatted(quoted.replace("'", "''"), which);
    }
}
