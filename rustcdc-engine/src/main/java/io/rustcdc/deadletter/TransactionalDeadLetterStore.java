package io.rustcdc.deadletter;

import java.sql.Connection;
import javax.sql.DataSource;

/** A store whose letters can be written in a transaction that somebody else has begun, together with the checkpoint. */
public interface TransactionalDeadLetterStore extends DeadLetterStore {

    /** The database of the store, and of the transactions that its writes can be a part of. */
    DataSource dataSource();

    /**
     * The same letters, seen and changed as a part of the transaction that is open on the connection. Neither commits nor rolls
     * back nor closes. To be used no longer than that transaction.
     *
     * @param connection to the database of the store, with an open transaction
     */
    DeadLetterStore on(Connection connection);
}
