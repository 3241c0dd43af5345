package io.rustcdc.checkpoint.jdbc;

import io.rustcdc.checkpoint.Wish;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rows that say who owns which source. Every statement is atomic by itself and runs in a transaction of its own; the
 * server's row lock puts those of several instances into an order, and its clock alone decides what has expired.
 */
final class LeaseTable {

    private static final int LONGEST_NAME = 200;

    private final String table;
    private final long durationMillis;

    /**
     * A lease that was won.
     *
     * @param takenOver whether its owner before had not given it back
     */
    record Won(long token, boolean takenOver, Wish wish) {}

    LeaseTable(JdbcOptions options) {
        this.table = options.leaseTable();
        this.durationMillis = options.leaseDuration().toMillis();
    }

    /** Whether a lease can be had. */
    enum Availability {
        FREE,
        EXPIRED,
        OWNED
    }

    /** A look that locks nothing: whoever stands by takes it often. */
    Availability look(Connection connection, Dialect dialect, String source, String owner) throws SQLException {
        return Statements.queryOne(
                        connection,
                        """
                        SELECT CASE WHEN owner IS NULL OR owner = ? THEN 0 WHEN expires_at < %s THEN 1 ELSE 2 END
                        FROM %s WHERE source_name = ?""".formatted(dialect.now(), table),
                        row -> Availability.values()[row.getInt(1)],
                        owner,
                        source)
                .orElse(Availability.FREE);
    }

    /** Wins the lease if it is free or has expired; empty if it is another one's. */
    Optional<Won> acquire(Connection connection, Dialect dialect, String source, String owner) throws SQLException {
        addMissing(connection, dialect, source);
        // What this owner has already, because it did not hear of winning it, is free for it, too.
        boolean free = take(connection, dialect, source, owner, "(owner IS NULL OR owner = ?)", owner);
        boolean expired = !free && take(connection, dialect, source, owner, "expires_at < " + dialect.now());
        if (!free && !expired) {
            return Optional.empty();
        }
        return Statements.queryOne(
                connection,
                "SELECT token, wish FROM %s WHERE source_name = ? AND owner = ?".formatted(table),
                row -> new Won(row.getLong(1), expired, Wish.valueOf(row.getString(2))),
                source,
                owner);
    }

    private boolean take(
            Connection connection, Dialect dialect, String source, String owner, String condition, String... more)
            throws SQLException {
        Object[] parameters = new Object[4 + more.length - 1];
        parameters[0] = owner;
        parameters[1] = durationMillis;
        parameters[2] = source;
        System.arraycopy(more, 0, parameters, 3, more.length);
        return Statements.update(
                        connection,
                        "UPDATE %s SET token = token + 1, owner = ?, expires_at = %s WHERE source_name = ? AND %s"
                                .formatted(table, dialect.nowPlusMillis(), condition),
                        parameters)
                == 1;
    }

    private void addMissing(Connection connection, Dialect dialect, String source) throws SQLException {
        if (wish(connection, source).isPresent()) {
            return;
        }
        try {
            Statements.update(
                    connection,
                    "INSERT INTO %s (source_name, token, owner, expires_at, wish) VALUES (?, 0, NULL, %s, 'RUN')"
                            .formatted(table, dialect.now()),
                    source);
        } catch (SQLException e) {
            if (!SqlFailure.isDuplicate(e)) {
                throw e;
            }
            // another instance was faster
        }
    }

    /** Whom the lease belongs to; empty if to nobody. */
    Optional<String> owner(Connection connection, String source) throws SQLException {
        return Statements.queryOne(
                connection,
                "SELECT owner FROM %s WHERE source_name = ? AND owner IS NOT NULL".formatted(table),
                row -> row.getString(1),
                source);
    }

    /**
     * Gives a sign of life; false if the lease is another one's. One that has expired and that nobody has taken counts again:
     * its token is still the newest.
     */
    boolean renew(Connection connection, Dialect dialect, HeldLease lease) throws SQLException {
        return Statements.update(
                        connection,
                        "UPDATE %s SET expires_at = %s WHERE source_name = ? AND token = ? AND owner = ?"
                                .formatted(table, dialect.nowPlusMillis()),
                        durationMillis,
                        lease.source(),
                        lease.token(),
                        lease.owner())
                == 1;
    }

    void release(Connection connection, Dialect dialect, HeldLease lease) throws SQLException {
        Statements.update(
                connection,
                "UPDATE %s SET owner = NULL, expires_at = %s WHERE source_name = ? AND token = ? AND owner = ?"
                        .formatted(table, dialect.now()),
                lease.source(),
                lease.token(),
                lease.owner());
    }

    /** What is wished for; empty where nobody has ever asked for the lease. */
    Optional<Wish> wish(Connection connection, String source) throws SQLException {
        return Statements.queryOne(
                connection,
                "SELECT wish FROM %s WHERE source_name = ?".formatted(table),
                row -> Wish.valueOf(row.getString(1)),
                source);
    }

    boolean wish(Connection connection, Dialect dialect, String source, Change change) throws SQLException {
        addMissing(connection, dialect, source);
        String from = change.from.stream().map(wish -> "'" + wish.name() + "'").collect(Collectors.joining(", "));
        return Statements.update(
                        connection,
                        "UPDATE %s SET wish = ?, wished_at = %s, wished_by = ? WHERE source_name = ? AND wish IN (%s)"
                                .formatted(table, dialect.now(), from),
                        change.to.name(),
                        change.requestedBy == null ? null : shortened(change.requestedBy),
                        source)
                == 1;
    }

    /** From one of these wishes to another one, and who wants it. */
    record Change(Set<Wish> from, Wish to, @Nullable String requestedBy) {}

    private static String shortened(String name) {
        return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME);
    }
}
