package io.rustcdc.source.postgres;

import io.rustcdc.source.internal.Checklist;
import java.util.List;
import java.util.Locale;

/** What a start needs. */
enum PostgresCheck implements Checklist.Item {
    /** The server is reached, TLS comes about, the password is right, the database is there. */
    CONNECTION,
    VERSION,
    WAL_LEVEL,
    /** The role may replicate. */
    REPLICATION_RIGHT,
    /** The server is no standby. */
    PRIMARY,
    /** The setting {@code failover-slot} fits the server. */
    FAILOVER_SLOT,
    /** A walsender is free. */
    WAL_SENDERS,
    /** The wanted tables exist and can be captured. */
    TABLES,
    /** Their changes carry keys. */
    TABLE_KEYS,
    /** The role sees all rows, where the rows that exist are to be read. */
    READ_RIGHTS,
    /** The publication covers the tables, or can be made to; and the server goes on to take their updates. */
    PUBLICATION,
    /** The slot can be read, or there is room for it. */
    SLOT,
    /** A connection for replication is let in. */
    REPLICATION_CONNECTION,
    /** The checkpoint can be gone on from. */
    POSITION,
    /** How much log the server keeps for the slot. */
    WAL_RETENTION;

    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public List<PostgresCheck> needs() {
        return switch (this) {
            case CONNECTION -> List.of();
            case FAILOVER_SLOT, TABLES -> List.of(VERSION);
            case TABLE_KEYS, READ_RIGHTS, PUBLICATION -> List.of(TABLES);
            case REPLICATION_CONNECTION -> List.of(WAL_LEVEL, REPLICATION_RIGHT, WAL_SENDERS);
            case POSITION -> List.of(SLOT, REPLICATION_CONNECTION);
            default -> List.of(CONNECTION);
        };
    }
}
