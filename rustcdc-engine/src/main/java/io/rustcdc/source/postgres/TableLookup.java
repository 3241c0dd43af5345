package io.rustcdc.source.postgres;

import org.jspecify.annotations.Nullable;

/**
 * Looks up tables in the catalog, by object id: a name may belong to another table by now. For the reader's thread.
 */
interface TableLookup {

    /** As of the time when the stream was opened; null for a table that did not exist then. Costs nothing. */
    @Nullable
    TableFacts atStart(int relation);

    /**
     * As of now; null for a table that does not exist any more.
     *
     * @throws io.rustcdc.source.SourceException if the catalog cannot be read
     */
    @Nullable
    TableFacts now(int relation);

    /**
     * Whether the publication sends all columns of the table's key now: a column list or a generated column can leave one
     * out.
     *
     * @throws io.rustcdc.source.SourceException if the catalog cannot be read
     */
    boolean sendsKey(int relation);
}
