package io.rustcdc.checkpoint.jdbc;

import io.rustcdc.deadletter.DeadLetter;
import io.rustcdc.deadletter.DeadLetterStore;
import io.rustcdc.deadletter.Failure;
import io.rustcdc.deadletter.ParkedRow;
import io.rustcdc.event.Offset;
import io.rustcdc.event.TableId;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The letters of a source as a part of somebody's transaction. What is parked or superseded there is followed by the checkpoint, whose
 * save tells whether the lease is still held. A letter that was replayed is not, so its removal asks for itself.
 */
record LettersInTransaction(JdbcDeadLetterStore store, Connection connection) implements DeadLetterStore {

    @Override
    public String location() {
        return store.location();
    }

    @Override
    public Map<ParkedRow, Offset> parked() {
        return store.translated("read", () -> store.table().parked(connection));
    }

    @Override
    public boolean park(DeadLetter letter) {
        return store.translated(
                "kept", () -> store.table().park(connection, Dialect.of(connection), letter, store.limit()));
    }

    @Override
    public List<DeadLetter> queue(ParkedRow row, int limit) {
        return store.translated("read", () -> store.table().queue(connection, Dialect.of(connection), row, limit));
    }

    @Override
    public List<DeadLetter> list(Filter filter, int limit, long afterId) {
        return store.translated(
                "read", () -> store.table().list(connection, Dialect.of(connection), filter, limit, afterId));
    }

    @Override
    public Optional<DeadLetter> find(long id) {
        return store.translated("read", () -> store.table().find(connection, Dialect.of(connection), id));
    }

    @Override
    public long count() {
        return store.translated("counted", () -> store.table().count(connection));
    }

    @Override
    public void failedAgain(long id, Failure failure) {
        store.translated("changed", () -> {
            Dialect dialect = Dialect.of(connection);
            store.fence(connection, dialect);
            store.table().failedAgain(connection, dialect, id, failure);
            return true;
        });
    }

    @Override
    public boolean remove(long id) {
        return store.translated("removed", () -> {
            store.fence(connection, Dialect.of(connection));
            return store.table().remove(connection, id);
        });
    }

    @Override
    public int supersede(String listener, TableId table) {
        return store.translated("changed", () -> store.table().supersede(connection, listener, table));
    }
}
