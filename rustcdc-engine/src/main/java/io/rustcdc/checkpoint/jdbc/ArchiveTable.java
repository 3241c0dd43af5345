package io.rustcdc.checkpoint.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rows that hold what checkpoints were replaced, and how the present one is looked at. */
final class ArchiveTable {

    private static final String COLUMNS = "id, archived_at, checkpoint_json, schemas_json";

    private final String table;
    private final String present;

    /**
     * A row.
     *
     * @param id null for the present checkpoint
     * @param at when it was archived, or saved; null when that is not known
     */
    record Entry(
            @Nullable String id,
            @Nullable Instant at,
            @Nullable String checkpoint,
            @Nullable String schemas) {}

    ArchiveTable(JdbcOptions options) {
        this.table = options.archiveTable();
        this.present = options.checkpointTable();
    }

    Optional<Entry> present(Connection connection, String source) throws SQLException {
        Dialect dialect = Dialect.of(connection);
        return Statements.queryOne(
                connection,
                "SELECT saved_at, checkpoint_json, schemas_json FROM %s WHERE source_name = ?".formatted(present),
                row -> new Entry(null, dialect.time(row, 1), row.getString(2), row.getString(3)),
                source);
    }

    /** The newest first. */
    List<Entry> all(Connection connection, String source) throws SQLException {
        Dialect dialect = Dialect.of(connection);
        return Statements.query(
                connection,
                "SELECT %s FROM %s WHERE source_name = ? ORDER BY id DESC".formatted(COLUMNS, table),
                row -> new Entry(row.getString(1), dialect.time(row, 2), row.getString(3), row.getString(4)),
                source);
    }

    Optional<Entry> one(Connection connection, String source, long id) throws SQLException {
        Dialect dialect = Dialect.of(connection);
        return Statements.queryOne(
                connection,
                "SELECT %s FROM %s WHERE source_name = ? AND id = ?".formatted(COLUMNS, table),
                row -> new Entry(row.getString(1), dialect.time(row, 2), row.getString(3), row.getString(4)),
                source,
                id);
    }
}
