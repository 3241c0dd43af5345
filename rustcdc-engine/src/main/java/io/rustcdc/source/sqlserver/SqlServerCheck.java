package io.rustcdc.source.sqlserver;

import io.rustcdc.source.internal.Checklist;
import java.util.List;
import java.util.Locale;

/** What a start needs. */
enum SqlServerCheck implements Checklist.Item {
    /** The server is reached, TLS comes about, the password is right, the database is there. */
    CONNECTION,
    VERSION,
    /** The database is enabled for change data capture. */
    CDC_ENABLED,
    /** The wanted tables have capture instances. */
    TABLES,
    /** Their changes carry keys. */
    TABLE_KEYS,
    /** All of their columns are captured. */
    COLUMNS,
    /** The user may read the change tables. */
    CHANGE_RIGHTS,
    /** The user may read the rows, where the rows that exist are to be read. */
    READ_RIGHTS,
    /** Rows can be read in one view, where the rows that exist are to be read. */
    SNAPSHOT_ISOLATION,
    /** The trigger for TRUNCATE is there or can be made, where it is wanted. */
    TRUNCATE_TRIGGER,
    /** The settings of the capture job. */
    CAPTURE_JOB,
    /** SQL Server Agent runs. */
    AGENT,
    /** The capture process keeps up. */
    CAPTURE_PROCESS,
    /** How long changes are kept. */
    CHANGE_RETENTION,
    /** The checkpoint can be gone on from. */
    POSITION;

    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public List<SqlServerCheck> needs() {
        return switch (this) {
            case CONNECTION -> List.of();
            case VERSION, CDC_ENABLED, SNAPSHOT_ISOLATION, TRUNCATE_TRIGGER -> List.of(CONNECTION);
            case TABLE_KEYS, COLUMNS, CHANGE_RIGHTS, READ_RIGHTS, POSITION -> List.of(TABLES);
            default -> List.of(CDC_ENABLED);
        };
    }
}
