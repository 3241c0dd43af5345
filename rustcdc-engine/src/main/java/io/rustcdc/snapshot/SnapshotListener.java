package io.rustcdc.snapshot;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.event.TableId;

/** Is told how the reading of rows goes on. Called on the source's threads; must not block. */
public interface SnapshotListener {

    /** The first rows of a table are about to be handed over. */
    void started(TableSnapshot table);

    /** Rows were handed over. */
    void chunk(TableSnapshot table, int rows);

    /** All rows of a table are acknowledged and saved. */
    void completed(TableSnapshot table);

    /** The last of the tables that were to be read is completed or gone, and that is saved. */
    default void allCompleted(SnapshotState state) {}

    /** A table cannot be read any more. */
    void gone(TableId table, String reason);
}
