package io.rustcdc.source;

import java.util.List;

/** Reads the rows that exist in one source. Thread-safe; each reader has a connection of its own. */
public interface SnapshotBackend {

    /** The tables that the source captures, by name, as the catalog has them now. */
    List<SnapshotTable> tables();

    /**
     * Cuts a table into ranges of about the same number of rows, in key order, which together are the whole table.
     *
     * @param parts how many are wanted; fewer come where the table is small or its key cannot be estimated
     */
    List<KeyRange> split(SnapshotTable table, int parts);

    /** Opens a connection. */
    SnapshotReader open();
}
