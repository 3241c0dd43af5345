package io.rustcdc.checkpoint.jdbc;

import io.rustcdc.checkpoint.CheckpointStore;
import io.rustcdc.event.EventSource;
import io.rustcdc.source.OffsetFormat;
import javax.sql.DataSource;

/**
 * The dead letters of all sources of this process in one database. The table must exist, see {@link JdbcTables}. Thread-safe.
 */
public final class JdbcDeadLetters {

    public static final int DEFAULT_MAX_LETTERS = 10_000;

    private final Connections connections;
    private final JdbcOptions options;
    private final int maxLetters;

    /**
     * Connects not yet.
     *
     * @param dataSource each call of a store borrows one connection
     * @param options of which the prefix of the tables counts
     * @param maxLetters how many letters each source may have; a listener fails as if it had no dead letters when there are so many
     */
    public JdbcDeadLetters(DataSource dataSource, JdbcOptions options, int maxLetters) {
        if (maxLetters < 1) {
            throw new IllegalArgumentException(
                    "A source may have %d dead letters; expected is at least 1, and %d is usual"
                            .formatted(maxLetters, DEFAULT_MAX_LETTERS));
        }
        this.connections = new Connections(dataSource);
        this.options = options;
        this.maxLetters = maxLetters;
    }

    /**
     * The store of one source.
     *
     * @param checkpoints of the same source. If they are in a database, then in this one: the lease on them is what allows to
     *     write letters, and both can be written in one transaction
     * @throws IllegalArgumentException if the checkpoints are in another database, or other tables
     */
    public JdbcDeadLetterStore store(EventSource source, OffsetFormat format, CheckpointStore checkpoints) {
        if (!(checkpoints instanceof JdbcCheckpointStore jdbc)) {
            return new JdbcDeadLetterStore(source, format, this, null);
        }
        if (!jdbc.isIn(connections.dataSource(), options)) {
            throw new IllegalArgumentException(
                    "The checkpoint of source '%s' is in %s and its dead letters are to be in table '%s' of perhaps another database; expected are both in one data source, with one table prefix"
                            .formatted(source.name(), jdbc.location(), options.deadLetterTable()));
        }
        return new JdbcDeadLetterStore(source, format, this, jdbc);
    }

    Connections connections() {
        return connections;
    }

    JdbcOptions options() {
        return options;
    }

    int maxLetters() {
        return maxLetters;
    }
}
