package io.rustcdc.checkpoint.jdbc;

import io.rustcdc.checkpoint.CheckpointException;
import io.rustcdc.checkpoint.CheckpointText;
import io.rustcdc.event.EventSource;
import io.rustcdc.source.OffsetFormat;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints of all sources of this process in one database, and the leases on them: one connection and one daemon thread
 * give the signs of life for all. The tables must exist, see {@link JdbcTables}. Thread-safe.
 */
public final class JdbcCheckpoints implements AutoCloseable {

    private static final Duration SHORTEST_POLL = Duration.ofMillis(50);
    private static final Duration LONGEST_POLL = Duration.ofMillis(250);

    private final Connections connections;
    private final JdbcOptions options;
    private final Leases leases;

    /** Connects not yet. One connection is kept for the leases as long as one is held. */
    public JdbcCheckpoints(DataSource dataSource, JdbcOptions options) {
        this(dataSource, dataSource, options);
    }

    /**
     * Connects not yet.
     *
     * @param dataSource for saves, each of which borrows a connection for one statement
     * @param leaseDataSource to the same database, for the one connection that is kept, and one more while a lease is won;
     *     better without a pool, since a pool that is used up keeps a connection that broke from being replaced
     */
    public JdbcCheckpoints(DataSource dataSource, DataSource leaseDataSource, JdbcOptions options) {
        this.connections = new Connections(dataSource);
        this.options = options;
        this.leases = new Leases(options, leaseDataSource);
    }

    /** The store of one source; each source has one in a process. */
    public JdbcCheckpointStore store(EventSource source, OffsetFormat format) {
        return new JdbcCheckpointStore(source, format, this);
    }

    /** Ends the signs of life; leases that are still held expire. */
    @Override
    public void close() {
        leases.close();
    }

    DataSource dataSource() {
        return connections.dataSource();
    }

    JdbcOptions options() {
        return options;
    }

    Leases leases() {
        return leases;
    }

    Duration pollInterval() {
        Duration part = options.leaseDuration().dividedBy(20);
        return part.compareTo(LONGEST_POLL) > 0
                ? LONGEST_POLL
                : part.compareTo(SHORTEST_POLL) < 0 ? SHORTEST_POLL : part;
    }

    CheckpointText text(EventSource source, OffsetFormat format) {
        String row = "of source '%s' in table '%s'".formatted(source.name(), options.checkpointTable());
        String where = "source_name = '%s'".formatted(source.name());
        String update = "Restore it from a backup, or run UPDATE %s SET version = version + 1, %s WHERE %s: %s.";
        return new CheckpointText(
                source,
                format,
                new CheckpointText.Places(
                        "The checkpoint " + row,
                        update.formatted(
                                options.checkpointTable(),
                                "checkpoint_json = NULL, schemas_json = NULL",
                                where,
                                "then the source starts anew, and changes since the lost checkpoint are delivered only as far as the database still has them"),
                        "The record of schemas " + row,
                        update.formatted(
                                options.checkpointTable(),
                                "schemas_json = NULL",
                                where,
                                "then a change of a table's columns that was not yet delivered is not announced")));
    }

    <T> T read(Connections.Reading<T> reading) throws SQLException {
        return connections.read(reading);
    }

    /** As {@link Connections#write}. */
    <T> @Nullable T write(Connections.Writing<T> writing) throws SQLException {
        return connections.write(writing);
    }

    CheckpointException failure(String what, SQLException e) {
        return SqlFailure.of(what + " in table '%s'".formatted(options.checkpointTable()), e, options);
    }
}
