package io.rustcdc.checkpoint.jdbc;

import io.rustcdc.codec.StoredEnvelope;
import io.rustcdc.deadletter.DeadLetter;
import io.rustcdc.deadletter.DeadLetter.State;
import io.rustcdc.deadletter.DeadLetterException;
import io.rustcdc.deadletter.DeadLetterStore.Filter;
import io.rustcdc.deadletter.Failure;
import io.rustcdc.deadletter.ParkedRow;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Offset;
import io.rustcdc.event.TableId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rows that hold the dead letters of one source. What is unique or looked for by key is so by a hash, since positions and keys may
 * be longer than an index takes. Nothing here commits.
 */
final class LetterTable {

    private static final String READ =
            "SELECT id, listener, position_text, state, parked_at, error, attempts, failed_at, event_json FROM %s WHERE source_name = ?";

    private final String source;
    private final String table;
    private final StoredEnvelope envelope;

    LetterTable(String source, JdbcOptions options, StoredEnvelope envelope) {
        this.source = source;
        this.table = options.deadLetterTable();
        this.envelope = envelope;
    }

    /** A statement and its parameters, as far as they are known. */
    private static final class Query {

        private final StringBuilder sql;
        private final List<@Nullable Object> parameters = new ArrayList<>();

        Query(String sql, @Nullable Object... parameters) {
            this.sql = new StringBuilder(sql);
            this.parameters.addAll(Arrays.asList(parameters));
        }

        Query and(String condition, @Nullable Object... more) {
            sql.append(" AND ").append(condition);
            parameters.addAll(Arrays.asList(more));
            return this;
        }
    }

    Map<ParkedRow, Offset> parked(Connection connection) throws SQLException {
        Map<ParkedRow, Offset> oldest = new HashMap<>();
        Statements.query(
                connection,
                """
                SELECT listener, table_schema, table_name, row_key, previous_key, offset_json, id FROM %s
                WHERE source_name = ? AND state = ? ORDER BY id""".formatted(table),
                row -> {
                    TableId id = new TableId(row.getString(2), row.getString(3));
                    Offset offset = offset(row.getString(6), row.getLong(7));
                    oldest.putIfAbsent(new ParkedRow(row.getString(1), id, AsciiText.read(row.getString(4))), offset);
                    String previous = row.getString(5);
                    if (previous != null) {
                        oldest.putIfAbsent(new ParkedRow(row.getString(1), id, AsciiText.read(previous)), offset);
                    }
                    return id;
                },
                source,
                State.PARKED.name());
        return oldest;
    }

    /** @return whether it is new */
    boolean park(Connection connection, Dialect dialect, DeadLetter letter, Limit limit) throws SQLException {
        String hash = LetterHash.of(source, letter.listener(), letter.position());
        Optional<Long> known = Statements.queryOne(
                connection, "SELECT id FROM %s WHERE letter_hash = ?".formatted(table), row -> row.getLong(1), hash);
        if (known.isPresent()) {
            Statements.update(
                    connection,
                    "UPDATE %s SET state = ? WHERE id = ? AND state <> ?".formatted(table),
                    letter.state().name(),
                    known.get(),
                    letter.state().name());
            return false;
        }
        if (count(connection) >= limit.letters()) {
            throw DeadLetterException.full(limit.location(), limit.letters());
        }
        insert(connection, dialect, letter, hash);
        return true;
    }

    /** How many letters a place takes. */
    record Limit(long letters, String location) {}

    private void insert(Connection connection, Dialect dialect, DeadLetter letter, String hash) throws SQLException {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        TableId id = letter.event().table();
        List<ParkedRow> rows = letter.rows();
        values.put("source_name", source);
        values.put("listener", letter.listener());
        values.put("position_text", AsciiText.of(letter.position()));
        values.put("letter_hash", hash);
        values.put("table_schema", schema(id));
        values.put("table_name", id.name());
        ParkedRow row = rows.isEmpty() ? new ParkedRow(letter.listener(), id, "") : rows.get(0);
        values.put("row_key", AsciiText.of(row.key()));
        values.put("row_hash", hash(row));
        if (rows.size() > 1) {
            values.put("previous_key", AsciiText.of(rows.get(1).key()));
            values.put("previous_hash", hash(rows.get(1)));
        }
        values.put("state", letter.state().name());
        values.put("parked_at", dialect.time(letter.parkedAt()));
        Failure failure = letter.failure();
        if (failure != null) {
            values.put("error", AsciiText.of(failure.error()));
            values.put("attempts", (long) failure.attempts());
            values.put("failed_at", dialect.time(failure.at()));
        }
        values.put("offset_json", envelope.writeOffset(letter.event().offset()));
        values.put("event_json", text(letter));
        String places = String.join(", ", Collections.nCopies(values.size(), "?"));
        Statements.update(
                connection,
                "INSERT INTO %s (%s) VALUES (%s)".formatted(table, String.join(", ", values.keySet()), places),
                values.values().toArray());
    }

    List<DeadLetter> queue(Connection connection, Dialect dialect, ParkedRow parked, int limit) throws SQLException {
        String hash = hash(parked);
        Query query = new Query(READ.formatted(table), source)
                .and("state = ?", State.PARKED.name())
                .and("(row_hash = ? OR previous_hash = ?)", hash, hash);
        return letters(connection, dialect, query, limit);
    }

    List<DeadLetter> list(Connection connection, Dialect dialect, Filter filter, int limit, long afterId)
            throws SQLException {
        Query query = new Query(READ.formatted(table), source).and("id > ?", afterId);
        if (filter.listener() != null) {
            query.and("listener = ?", filter.listener());
        }
        TableId id = filter.table();
        if (id != null) {
            query.and("table_schema = ? AND table_name = ?", schema(id), id.name());
        }
        State state = filter.state();
        if (state != null) {
            query.and("state = ?", state.name());
        }
        return letters(connection, dialect, query, limit);
    }

    Optional<DeadLetter> find(Connection connection, Dialect dialect, long id) throws SQLException {
        Query query = new Query(READ.formatted(table), source).and("id = ?", id);
        return letters(connection, dialect, query, 1).stream().findFirst();
    }

    long count(Connection connection) throws SQLException {
        return Statements.queryOne(
                        connection,
                        "SELECT COUNT(*) FROM %s WHERE source_name = ?".formatted(table),
                        row -> row.getLong(1),
                        source)
                .orElse(0L);
    }

    void failedAgain(Connection connection, Dialect dialect, long id, Failure failure) throws SQLException {
        Statements.update(
                connection,
                "UPDATE %s SET error = ?, attempts = ?, failed_at = ? WHERE source_name = ? AND id = ?"
                        .formatted(table),
                AsciiText.of(failure.error()),
                (long) failure.attempts(),
                dialect.time(failure.at()),
                source,
                id);
    }

    boolean remove(Connection connection, long id) throws SQLException {
        return Statements.update(
                        connection, "DELETE FROM %s WHERE source_name = ? AND id = ?".formatted(table), source, id)
                > 0;
    }

    int supersede(Connection connection, String listener, TableId id) throws SQLException {
        return Statements.update(
                connection,
                """
                UPDATE %s SET state = ?
                WHERE source_name = ? AND listener = ? AND table_schema = ? AND table_name = ? AND state = ?""".formatted(table),
                State.SUPERSEDED.name(),
                source,
                listener,
                schema(id),
                id.name(),
                State.PARKED.name());
    }

    private List<DeadLetter> letters(Connection connection, Dialect dialect, Query query, int limit)
            throws SQLException {
        return Statements.query(
                connection,
                dialect.limited(query.sql + " ORDER BY id", limit),
                row -> letter(row, dialect),
                query.parameters.toArray());
    }

    private DeadLetter letter(ResultSet row, Dialect dialect) throws SQLException {
        long id = row.getLong(1);
        String error = row.getString(6);
        Failure failure = error == null
                ? null
                : new Failure(
                        AsciiText.read(error), (int) row.getLong(7), Objects.requireNonNull(dialect.time(row, 8)));
        try {
            return new DeadLetter(
                    id,
                    row.getString(2),
                    AsciiText.read(row.getString(3)),
                    envelope.read(row.getString(9)),
                    failure,
                    Objects.requireNonNull(dialect.time(row, 5)),
                    State.valueOf(row.getString(4)));
        } catch (IllegalArgumentException e) {
            throw damaged(id, e);
        }
    }

    private Offset offset(String stored, long id) {
        try {
            return envelope.readOffset(stored);
        } catch (IllegalArgumentException e) {
            throw damaged(id, e);
        }
    }

    private DeadLetterException damaged(long id, IllegalArgumentException e) {
        return new DeadLetterException(
                FailureKind.TERMINAL,
                "Dead letter %d of source '%s' in table '%s' cannot be read: %s"
                        .formatted(id, source, table, e.getMessage()),
                "Restore the row from a backup, or give its change up: DELETE FROM %s WHERE id = %d."
                        .formatted(table, id),
                e);
    }

    private String text(DeadLetter letter) {
        try {
            return envelope.write(letter.event());
        } catch (IllegalArgumentException e) {
            throw new DeadLetterException(
                    FailureKind.TERMINAL,
                    "A change of %s cannot be parked: %s"
                            .formatted(letter.event().table(), e.getMessage()),
                    "Let the transform give a value of a type that rows have.",
                    e);
        }
    }

    private String hash(ParkedRow row) {
        return LetterHash.of(
                source, row.listener(), schema(row.table()), row.table().name(), row.key());
    }

    private static String schema(TableId id) {
        String schema = id.schema();
        return schema == null ? "" : schema;
    }
}
