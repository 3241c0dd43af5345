package io.rustcdc.checkpoint;

import io.rustcdc.event.TableId;
import io.rustcdc.schema.AcknowledgedSchema;
import java.sql.Connection;
import java.util.Map;
import javax.sql.DataSource;

/**
 * A store whose checkpoint can be moved on inside a transaction that somebody else has begun, so that the checkpoint and what
 * listeners wrote to the same database become durable together or not at all.
 */
public interface TransactionalCheckpointStore extends CheckpointStore {

    /** The database of the store, and of the transactions that its saves can be a part of. */
    DataSource dataSource();

    /**
     * Moves the checkpoint on, and replaces the schemas, as a part of the transaction that is open on the connection. Neither
     * commits nor rolls back nor closes. The write is guarded by what this store knows to be stored and by its lease: when it
     * returns and the transaction commits, then nothing was stored meanwhile that this owner does not know of.
     *
     * <p>What the store knows is left as it was, since the transaction may still be rolled back. Where it is not known how the
     * transaction ended, {@link #load()} finds out: it takes what it finds for what is stored.
     *
     * @param connection to the database of the store, with an open transaction
     * @param schemas all that are acknowledged, as for {@link #saveSchemas}
     * @return to be run once the transaction is committed; not to be run otherwise
     * @throws CheckpointException as {@link #save(Checkpoint)}; {@link StaleCheckpointException} if something else is stored
     *     than this store knows of, though it still owns the lease: then nothing was written
     */
    Runnable saveInTransaction(Connection connection, Checkpoint checkpoint, Map<TableId, AcknowledgedSchema> schemas);
}
