package io.rustcdc.source.postgres;

import io.rustcdc.event.TableId;
import java.util.List;

/** Looks up primary keys in the catalog, as they are now. Asked once for each RELATION message. */
@FunctionalInterface
interface PrimaryKeys {

    /**
     * The columns of the primary key in key order; empty when there is none, or no such table any more.
     *
     * @throws io.rustcdc.source.SourceException if the catalog cannot be read
     */
    List<String> of(TableId table);
}
