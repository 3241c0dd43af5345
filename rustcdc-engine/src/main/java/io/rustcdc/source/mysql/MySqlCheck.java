package io.rustcdc.source.mysql;

import io.rustcdc.source.internal.Checklist;
import java.util.List;
import java.util.Locale;

/** What a start needs. */
enum MySqlCheck implements Checklist.Item {
    /** The server is reached, TLS comes about, the password is right, the database is there. */
    CONNECTION,
    /** The product and its version. */
    VERSION,
    /** The server writes a binlog. */
    LOG_BIN,
    /** The id that the source reads with is not the server's. */
    SERVER_ID,
    BINLOG_FORMAT,
    /** Updates of JSON documents are logged as a whole. */
    BINLOG_ROW_VALUE_OPTIONS,
    GTID_MODE,
    /** Rows are logged with all of their columns. */
    BINLOG_ROW_IMAGE,
    /** What a replica replicates is in its binlog. */
    LOG_REPLICA_UPDATES,
    /** The user may read the binlog. */
    BINLOG_RIGHTS,
    /** The wanted databases are in the binlog. */
    LOGGED_DATABASES,
    /** The log names its columns. */
    BINLOG_ROW_METADATA,
    /** The wanted tables exist, as far as they are named. */
    TABLES,
    /** Their changes carry keys. */
    TABLE_KEYS,
    /** The user may read all tables, where the rows that exist are to be read. */
    READ_RIGHTS,
    /** Nobody else reads with the id of the source. */
    READER_ID,
    /** The checkpoint can be gone on from. */
    POSITION,
    /** How long the server keeps its binlog. */
    BINLOG_RETENTION;

    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public List<MySqlCheck> needs() {
        return switch (this) {
            case CONNECTION -> List.of();
            case VERSION, TABLES, READ_RIGHTS -> List.of(CONNECTION);
            case TABLE_KEYS -> List.of(TABLES);
            case BINLOG_RIGHTS, READER_ID, BINLOG_RETENTION, BINLOG_FORMAT, BINLOG_ROW_IMAGE ->
                List.of(VERSION, LOG_BIN);
            case LOGGED_DATABASES, POSITION -> List.of(BINLOG_RIGHTS);
            default -> List.of(VERSION);
        };
    }
}
