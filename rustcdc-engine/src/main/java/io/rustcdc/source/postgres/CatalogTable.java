package io.rustcdc.source.postgres;

import io.rustcdc.event.TableId;

/**
 * A table of the database that could be captured.
 *
 * @param id its name
 * @param oid its number; one that is dropped and created again has another
 * @param quoted its name as SQL takes it
 * @param partitioned whether rows live in partitions of it
 * @param identified whether every row has a replica identity, so that publishing the table does not make the server refuse
 *     UPDATE and DELETE on it
 * @param owned whether the role has the rights of the table's owner, which publishing it takes
 */
record CatalogTable(TableId id, long oid, String quoted, boolean partitioned, boolean identified, boolean owned) {}
