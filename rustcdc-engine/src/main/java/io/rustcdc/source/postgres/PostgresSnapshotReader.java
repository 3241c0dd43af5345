package io.rustcdc.source.postgres;

import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.source.KeyRange;
import io.rustcdc.source.RunningTransaction;
import io.rustcdc.source.SnapshotChunk;
import io.rustcdc.source.SnapshotReader;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.TableGoneException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads rows over one connection. Each read is one read-only transaction whose snapshot is taken after the table was locked
 * against being rewritten, in the mode that every SELECT takes: a snapshot that is older than a rewrite would find the table
 * empty (manual 13.6, Caveats).
 */
final class PostgresSnapshotReader implements SnapshotReader {

    private static final Logger logger = LoggerFactory.getLogger(PostgresSnapshotReader.class);

    private static final String QUERY_CANCELED = "57014";

    private static final long MOST_CHUNK_BYTES = 8L << 20;

    /** The objects around one row, and what each column adds to them. */
    private static final int ROW_BYTES = 56;

    private static final int COLUMN_BYTES = 2 * Integer.BYTES;

    private static final long FLUSH_PAUSE_NANOS = 10_000_000;

    private static final String VIEW = """
            SELECT pg_current_snapshot()::text, pg_current_wal_insert_lsn()::text,
                   current_setting('wal_block_size')::int, clock_timestamp(),
                   (SELECT string_agg(concat_ws(' ', attnum, attname, atttypid, atttypmod, attisdropped), ',' ORDER BY attnum)
                    FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0)
            FROM pg_class c WHERE c.oid = '%s'::regclass""";

    /**
     * Each transaction with a number holds a lock on it from before its first change to its end, also when it was prepared
     * (manual 54.12, pg_locks).
     */
    private static final String RUNNING = """
            SELECT l.transactionid::text,
                   coalesce('process ' || l.pid, 'prepared transaction ' || quote_literal(p.gid), 'a prepared transaction')
            FROM pg_locks l LEFT JOIN pg_prepared_xacts p ON p.transaction = l.transactionid
            WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted
            """;

    /** Whether the table, or a partition of it, was rewritten since the snapshot was exported. */
    private static final String REWRITTEN = """
            SELECT EXISTS (
              SELECT FROM (SELECT '%1$s'::regclass AS relid UNION SELECT relid FROM pg_partition_tree('%1$s'::regclass)) part
                   JOIN pg_class leaf ON leaf.oid = part.relid
              WHERE leaf.relkind = 'r' AND pg_relation_filenode(leaf.oid) IS DISTINCT FROM leaf.relfilenode)""";

    private final PostgresConnections.Opened opened;
    private final PostgresErrors errors;
    private final String publication;
    private final @Nullable String exportedSnapshot;
    private @Nullable Known known;
    private boolean settled;

    /** A table's description, right as long as its columns are these. */
    private record Known(SnapshotTable table, String columns, PublishedTable published) {}

    /** What a transaction sees, and when. */
    private record View(PostgresWatermark watermark, Instant time, PublishedTable table) {}

    PostgresSnapshotReader(
            PostgresConnections.Opened opened,
            PostgresErrors errors,
            String publication,
            @Nullable String exportedSnapshot) {
        this.opened = opened;
        this.errors = errors;
        this.publication = publication;
        this.exportedSnapshot = exportedSnapshot;
    }

    @Override
    public SnapshotChunk read(SnapshotTable table, KeyRange range, @Nullable String condition, int limit) {
        try {
            View view = begin(table);
            long begin = System.nanoTime();
            boolean filtered = condition != null || view.table.rowFilter() != null;
            KeyRange part = filtered ? firstRows(view.table, range, limit) : range;
            int most = filtered || range.isOnlyOneKey() ? Integer.MAX_VALUE : limit;
            Portion portion = new Portion(view, table);
            CopyOut copy = copy(SnapshotSql.copy(view.table, part, condition, most));
            byte[] line = copy.readFromCopy();
            while (line != null && portion.bytes < MOST_CHUNK_BYTES) {
                portion.add(line);
                line = copy.readFromCopy();
            }
            if (line != null) {
                giveUp(copy); // what is left is read with the next chunk, which will be smaller
                return portion.chunk(portion.lastKey(), false, begin);
            }
            execute("COMMIT");
            if (filtered) {
                boolean atEnd = part.upTo().equals(range.upTo());
                return portion.chunk(atEnd ? List.of() : part.upTo(), atEnd, begin);
            }
            List<String> lastKey = portion.lastKey();
            boolean atEnd = portion.rows.size() < most || lastKey.equals(range.upTo());
            return portion.chunk(lastKey, atEnd, begin);
        } catch (SQLException e) {
            throw failed(table, condition, e);
        }
    }

    @Override
    public void readThrough(
            SnapshotTable table, KeyRange range, @Nullable String condition, int limit, PortionSink portions) {
        try {
            View view = begin(table);
            long begin = System.nanoTime();
            boolean wanted = portions.accept(new Portion(view, table).chunk(List.of(), false, begin));
            awaitFlushed(view.watermark);
            CopyOut copy = copy(SnapshotSql.copy(view.table, range, condition, Integer.MAX_VALUE));
            Portion portion = new Portion(view, table);
            for (byte[] line = copy.readFromCopy(); line != null && wanted; line = copy.readFromCopy()) {
                if (portion.rows.size() == limit || portion.bytes >= MOST_CHUNK_BYTES) {
                    wanted = portions.accept(portion.chunk(portion.lastKey(), false, begin));
                    portion = new Portion(view, table);
                }
                portion.add(line);
            }
            if (wanted) {
                execute("COMMIT");
                portions.accept(portion.chunk(portion.lastKey(), true, begin));
            } else {
                close();
            }
        } catch (SQLException e) {
            throw failed(table, condition, e);
        }
    }

    /**
     * A row may be visible before its commit is on disk, where that is not waited for (manual 30.4, Asynchronous Commit). If
     * the server crashed, nothing would ever take such a row back.
     */
    private void awaitFlushed(PostgresWatermark view) throws SQLException {
        try (Statement statement = opened.connection().createStatement()) {
            for (long flushed = flushed(statement); !view.isPassedBy(flushed); flushed = flushed(statement)) {
                LockSupport.parkNanos(FLUSH_PAUSE_NANOS);
            }
        }
    }

    private static long flushed(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT pg_current_wal_flush_lsn()::text")) {
            row.next();
            return Lsn.parse(row.getString(1)).value();
        }
    }

    /**
     * All of the server: the changes of a transaction are decoded by the publication as it was when they were made, so none of them
     * may have been running when a table joined it, whatever it did by now.
     */
    @Override
    public List<RunningTransaction> running() {
        try (Statement statement = opened.connection().createStatement();
                ResultSet row = statement.executeQuery(RUNNING)) {
            List<RunningTransaction> running = new ArrayList<>();
            while (row.next()) {
                running.add(new RunningTransaction(row.getString(1), row.getString(2)));
            }
            return running;
        } catch (SQLException e) {
            throw errors.failed("look for running transactions", e);
        }
    }

    /** Ends the transaction without the rows that the server has yet to send. */
    private void giveUp(CopyOut copy) throws SQLException {
        opened.connection().unwrap(PGConnection.class).cancelQuery(); // returns when the server has heard of it
        try {
            while (copy.readFromCopy() != null) {
                // What is on its way already; cancelCopy() would leave it there, for the next statement to find.
            }
        } catch (SQLException e) {
            if (!QUERY_CANCELED.equals(e.getSQLState())) {
                throw e;
            }
        }
        execute("ROLLBACK");
    }

    /**
     * The part of a range that holds so many rows, whether or not a condition keeps them: how long a read takes must not
     * depend on how rarely the condition holds.
     */
    private KeyRange firstRows(PublishedTable table, KeyRange range, int rows) throws SQLException {
        if (range.isOnlyOneKey() || table.key().isEmpty()) {
            return range;
        }
        try (Statement statement = opened.connection().createStatement();
                ResultSet row = statement.executeQuery(SnapshotSql.keyOfRow(table, range, rows))) {
            if (!row.next()) {
                return range;
            }
            List<String> key = new ArrayList<>();
            for (int i = 1; i <= table.key().size(); i++) {
                key.add(row.getString(i));
            }
            return new KeyRange(range.after(), key);
        }
    }

    private CopyOut copy(String sql) throws SQLException {
        return opened.connection().unwrap(PGConnection.class).getCopyAPI().copyOut(sql);
    }

    private View begin(SnapshotTable table) throws SQLException {
        if (!settled && exportedSnapshot == null) {
            Unsettled.awaitEnd(opened.connection());
            settled = true;
        }
        String name = SnapshotCatalog.quoted(table.id());
        String literal = name.replace("'", "''");
        StringBuilder sql = new StringBuilder("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ");
        if (exportedSnapshot != null) {
            sql.append("SET TRANSACTION SNAPSHOT '%s'; ".formatted(exportedSnapshot));
        }
        sql.append("LOCK TABLE %s IN ACCESS SHARE MODE; ".formatted(name)).append(VIEW.formatted(literal));
        try (Statement statement = opened.connection().createStatement()) {
            statement.execute(sql.toString()); // in one go, since the way to the server may be long
            while (statement.getResultSet() == null) {
                statement.getMoreResults();
            }
            ResultSet row = statement.getResultSet();
            if (!row.next()) {
                throw new TableGoneException(table.id(), "does not exist any more");
            }
            if (exportedSnapshot != null) {
                requireUntouched(table.id(), literal);
            }
            PostgresWatermark watermark = PostgresWatermark.of(
                    row.getString(1), Lsn.parse(row.getString(2)).value(), row.getInt(3));
            Instant time = row.getObject(4, OffsetDateTime.class).toInstant();
            return new View(watermark, time, describe(table, String.valueOf(row.getString(5))));
        }
    }

    private void requireUntouched(TableId table, String literal) throws SQLException {
        try (Statement statement = opened.connection().createStatement();
                ResultSet row = statement.executeQuery(REWRITTEN.formatted(literal))) {
            if (row.next() && row.getBoolean(1)) {
                throw SourceException.transientFailure(
                        "Table '%s' was rewritten after the snapshot that was to be read".formatted(table), null);
            }
        }
    }

    private PublishedTable describe(SnapshotTable table, String columns) throws SQLException {
        Known before = known;
        if (before != null && before.table.equals(table) && before.columns.equals(columns)) {
            return before.published;
        }
        PublishedTable published = new SnapshotCatalog(opened.connection(), publication).describe(table);
        known = new Known(table, columns, published);
        return published;
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = opened.connection().createStatement()) {
            statement.execute(sql);
        }
    }

    private RuntimeException failed(SnapshotTable table, @Nullable String condition, SQLException e) {
        String state = String.valueOf(e.getSQLState());
        if (state.equals("42P01") || state.equals("3F000")) {
            return new TableGoneException(table.id(), "does not exist any more");
        }
        if (state.equals("42501") && condition == null) {
            return errors.unreadable(table.id(), e);
        }
        if (exportedSnapshot != null && (state.startsWith("42") || state.startsWith("22"))) {
            // That view ends with the session that made it, and statements are checked against a catalog that is newer.
            // What
            // reads after this has a view of its own, and the last word.
            return SourceException.transientFailure(
                    "The rows of '%s' as they were when the slot was created can be read no more: %s"
                            .formatted(table.id(), e.getMessage()),
                    e);
        }
        if (condition != null && (state.startsWith("42") || state.startsWith("22"))) {
            // Saved with the request, so a failure of the source would outlast every restart.
            return new TableGoneException(
                    table.id(), "cannot be read under its condition: %s".formatted(withoutValues(state, e)));
        }
        return errors.failed("read the rows of '%s'".formatted(table.id()), e);
    }

    /** What the server says of a value holds the value, and further lines may hold more of the row. */
    private static String withoutValues(String state, SQLException e) {
        String first = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return state.startsWith("22")
                ? "a value of the table does not fit it (SQLSTATE %s)".formatted(state)
                : "%s (SQLSTATE %s)".formatted(first, state);
    }

    /** Cuts the connection. A server that has nothing to send does not notice, so it is told, too, over another one. */
    @Override
    public void cancel() {
        PostgresConnections.closeQuietly(opened.socket());
        Thread thread = new Thread(this::cancelAtServer, "rustcdc-cancel");
        thread.setDaemon(true);
        thread.start();
    }

    private void cancelAtServer() {
        try {
            opened.connection().unwrap(PGConnection.class).cancelQuery();
        } catch (SQLException e) {
            logger.debug("A query could not be cancelled", e);
        }
    }

    @Override
    public void close() {
        opened.close();
    }

    /** Rows on their way into a chunk. */
    private static final class Portion {

        private final View view;
        private final int[] keyIndexes;
        private final List<Row> rows = new ArrayList<>();
        private long bytes;

        Portion(View view, SnapshotTable table) {
            this.view = view;
            this.keyIndexes = table.key().stream()
                    .mapToInt(name -> view.table.shape().columns().indexOf(name))
                    .toArray();
        }

        void add(byte[] line) {
            int columns = view.table.shape().columns().size();
            bytes += line.length + ROW_BYTES + columns * COLUMN_BYTES;
            rows.add(view.table.shape().row(CopyLine.tuple(line, columns)));
        }

        List<String> lastKey() {
            List<String> lastKey = new ArrayList<>();
            if (!rows.isEmpty()) {
                Row last = rows.get(rows.size() - 1);
                for (int index : keyIndexes) {
                    lastKey.add(Objects.requireNonNull(last.text(index), "key"));
                }
            }
            return lastKey;
        }

        SnapshotChunk chunk(List<String> lastKey, boolean atEnd, long begun) {
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            return new SnapshotChunk(
                    rows, bytes, lastKey, atEnd, new SnapshotChunk.View(view.watermark, view.time), took);
        }
    }
}
