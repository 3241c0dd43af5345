package io.rustcdc.source.postgres;

import io.rustcdc.event.Operation;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;

/**
 * One message of the pgoutput plugin, protocol version 1 (manual 55.9, Logical Replication Message Formats). LSNs are
 * unsigned; object ids are unsigned 32-bit numbers in an int.
 */
sealed interface PgOutputMessage {

    /**
     * @param finalLsn where the commit record of the transaction begins
     * @param xid unsigned
     */
    record Begin(long finalLsn, Instant commitTime, long xid) implements PgOutputMessage {}

    /**
     * @param commitLsn as {@link Begin#finalLsn()}
     * @param endLsn the first byte after the transaction: resuming there does not send it again
     */
    record Commit(long commitLsn, long endLsn) implements PgOutputMessage {}

    /**
     * The description of a table, sent before the first change that uses it and again after it changed.
     *
     * @param identity REPLICA IDENTITY: d(efault), n(othing), f(ull), i(ndex)
     */
    record Relation(int id, String schema, String name, char identity, List<Column> columns)
            implements PgOutputMessage {}

    /**
     * @param identity whether the column is part of the replica identity
     * @param type the type's object id
     * @param modifier the type's modifier (atttypmod), -1 for none
     */
    record Column(boolean identity, String name, int type, int modifier) {}

    /** The name of a type that is not built in; for a domain, that of its base type. */
    record TypeName(int id, String schema, String name) implements PgOutputMessage {}

    /**
     * INSERT, UPDATE or DELETE of one row. Its images are decoded when asked for, so that a row of a table nobody wants
     * costs nothing.
     *
     * @param tuples the rest of the message
     */
    record RowChange(Operation operation, int relation, ByteBuffer tuples) implements PgOutputMessage {

        /** Decodes the images; the message's bytes are shared, not copied. To be called once. */
        RowImages images() {
            return RowImages.read(operation, tuples);
        }
    }

    record Truncate(List<Integer> relations) implements PgOutputMessage {}

    /** The transaction came to this server by replication. */
    record Origin(String name) implements PgOutputMessage {}

    /** Written by {@code pg_logical_emit_message}. A transactional one is a change of its transaction. */
    record LogicalMessage(boolean transactional, long lsn, String prefix) implements PgOutputMessage {}
}
