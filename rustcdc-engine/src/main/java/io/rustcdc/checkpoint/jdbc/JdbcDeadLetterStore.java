package io.rustcdc.checkpoint.jdbc;

import io.rustcdc.codec.StoredEnvelope;
import io.rustcdc.deadletter.DeadLetter;
import io.rustcdc.deadletter.DeadLetterStore;
import io.rustcdc.deadletter.Failure;
import io.rustcdc.deadletter.ParkedRow;
import io.rustcdc.deadletter.TransactionalDeadLetterStore;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Offset;
import io.rustcdc.event.TableId;
import io.rustcdc.source.OffsetFormat;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the dead letters of one source in a table of a database. Made by {@link JdbcDeadLetters}.
 *
 * <p>Each write is one transaction. Where the checkpoints are in the same database, it begins with the lock of the source's checkpoint
 * row under the token of our lease. So an instance that has lost its lease writes no letter and removes none, however long it was
 * frozen; and what it had begun is over when the next owner reads.
 *
 * <p>Thread-safe.
 */
public final class JdbcDeadLetterStore implements TransactionalDeadLetterStore {

    private final String source;
    private final Connections connections;
    private final JdbcOptions options;
    private final @Nullable JdbcCheckpointStore fence;
    private final LetterTable table;
    private final LetterTable.Limit limit;

    /** @param fence whose lease allows to write; null where that is asked elsewhere */
    JdbcDeadLetterStore(
            EventSource source, OffsetFormat format, JdbcDeadLetters place, @Nullable JdbcCheckpointStore fence) {
        this.source = source.name();
        this.connections = place.connections();
        this.options = place.options();
        this.fence = fence;
        this.table = new LetterTable(this.source, options, new StoredEnvelope(format));
        this.limit = new LetterTable.Limit(place.maxLetters(), location());
    }

    @Override
    public String location() {
        return "table '%s'".formatted(options.deadLetterTable());
    }

    @Override
    public DataSource dataSource() {
        return connections.dataSource();
    }

    @Override
    public DeadLetterStore on(Connection connection) {
        return new LettersInTransaction(this, connection);
    }

    LetterTable table() {
        return table;
    }

    LetterTable.Limit limit() {
        return limit;
    }

    /** For writes which no save of a checkpoint follows in the same transaction. */
    void fence(Connection connection, Dialect dialect) throws SQLException {
        if (fence != null) {
            fence.fence(connection, dialect);
        }
    }

    @Override
    public Map<ParkedRow, Offset> parked() {
        return read("read", (connection, dialect) -> table.parked(connection));
    }

    @Override
    public boolean park(DeadLetter letter) {
        return write("kept", (connection, dialect) -> table.park(connection, dialect, letter, limit));
    }

    @Override
    public List<DeadLetter> queue(ParkedRow row, int most) {
        return read("read", (connection, dialect) -> table.queue(connection, dialect, row, most));
    }

    @Override
    public List<DeadLetter> list(Filter filter, int most, long afterId) {
        return read("read", (connection, dialect) -> table.list(connection, dialect, filter, most, afterId));
    }

    @Override
    public Optional<DeadLetter> find(long id) {
        return read("read", (connection, dialect) -> table.find(connection, dialect, id));
    }

    @Override
    public long count() {
        return read("counted", (connection, dialect) -> table.count(connection));
    }

    @Override
    public void failedAgain(long id, Failure failure) {
        write("changed", (connection, dialect) -> {
            table.failedAgain(connection, dialect, id, failure);
            return true;
        });
    }

    @Override
    public boolean remove(long id) {
        return write("removed", (connection, dialect) -> table.remove(connection, id));
    }

    @Override
    public int supersede(String listener, TableId id) {
        return write("changed", (connection, dialect) -> table.supersede(connection, listener, id));
    }

    @FunctionalInterface
    interface Work<T> {

        T on(Connection connection, Dialect dialect) throws SQLException;
    }

    private <T> T read(String done, Work<T> work) {
        return translated(done, () -> connections.read(connection -> work.on(connection, Dialect.of(connection))));
    }

    private <T> T write(String done, Work<T> work) {
        return translated(done, () -> {
            T written = connections.write((connection, dialect) -> {
                fence(connection, dialect);
                return work.on(connection, dialect);
            });
            return Objects.requireNonNull(written);
        });
    }

    @FunctionalInterface
    interface Sql<T> {

        T run() throws SQLException;
    }

    <T> T translated(String done, Sql<T> sql) {
        try {
            return sql.run();
        } catch (SQLException e) {
            throw SqlFailure.ofDeadLetters(
                    "Dead letters of source '%s' could not be %s in %s".formatted(source, done, location()),
                    e,
                    options);
        }
    }
}
