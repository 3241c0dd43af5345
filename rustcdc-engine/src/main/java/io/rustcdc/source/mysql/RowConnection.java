package io.rustcdc.source.mysql;

import io.rustcdc.source.SourceException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection for reading rows. For one thread, except for {@link #abort()}. */
final class RowConnection implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(RowConnection.class);

    private final MySqlConnections connections;
    private final MySqlConnections.Opened opened;
    private final Origin origin;
    private final long id;
    private final Views views;
    private final ReadableTables tables;

    private RowConnection(MySqlConnections connections, MySqlConnections.Opened opened, Flavor flavor)
            throws SQLException {
        this.connections = connections;
        this.opened = opened;
        Connection connection = opened.connection();
        prepare(connection, flavor);
        this.origin = origin(connection, flavor);
        this.id = number(connection, "SELECT connection_id()");
        this.views = new Views(connection, flavor);
        this.tables = new ReadableTables(connection, flavor, Collations.load(connection));
    }

    /**
     * Connects.
     *
     * @param streamed the server whose binlog is read; gives null where that is not known
     * @throws SourceException TRANSIENT if another server answers
     */
    static RowConnection open(MySqlConnections connections, Flavor flavor, Supplier<@Nullable Origin> streamed)
            throws SQLException {
        MySqlConnections.Opened opened = connections.openForReading();
        try {
            RowConnection made = new RowConnection(connections, opened, flavor);
            made.requireSame(streamed.get());
            return made;
        } catch (SQLException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private static void prepare(Connection connection, Flavor flavor) throws SQLException {
        String limit = flavor == Flavor.MYSQL ? "max_execution_time" : "max_statement_time";
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            statement.execute("SET SESSION %s = 0".formatted(limit));
        }
    }

    private static Origin origin(Connection connection, Flavor flavor) throws SQLException {
        if (flavor == Flavor.MARIADB) {
            return new Origin(flavor, null, number(connection, "SELECT @@global.server_id"));
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@global.server_uuid")) {
            row.next();
            return new Origin(flavor, row.getString(1), 0);
        }
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private void requireSame(@Nullable Origin streamed) {
        if (streamed != null && streamed.isKnown() && !streamed.equals(origin)) {
            throw SourceException.transientFailure(
                    "Changes come from the server with %s, while the one with %s answers for the rows"
                            .formatted(streamed, origin),
                    null);
        }
    }

    Connection connection() {
        return opened.connection();
    }

    Origin origin() {
        return origin;
    }

    Flavor flavor() {
        return origin.flavor();
    }

    Views views() {
        return views;
    }

    ReadableTables tables() {
        return tables;
    }

    /** The end of the binlog, asked for over another connection, since this one is busy. */
    BinlogEnd binlogEndBeside() throws SQLException {
        try (MySqlConnections.Opened other = connections.openSql()) {
            if (!origin(other.connection(), flavor()).equals(origin)) {
                throw SourceException.transientFailure("Two connections reached two servers", null);
            }
            return BinlogEnd.read(other.connection(), flavor());
        }
    }

    /**
     * Ends whatever runs. A server that has nothing to send does not notice that the socket is closed, so it is told, too. For any
     * thread; does not wait.
     */
    void abort() {
        MySqlConnections.closeQuietly(opened.socket());
        Thread thread = new Thread(this::kill, "rustcdc-cancel");
        thread.setDaemon(true);
        thread.start();
    }

    private void kill() {
        try (MySqlConnections.Opened other = connections.openSql();
                Statement statement = other.connection().createStatement()) {
            if (origin(other.connection(), flavor()).equals(origin)) {
                statement.execute("KILL " + id);
            }
        } catch (SQLException | RuntimeException e) {
            logger.debug("A read could not be ended at the server", e);
        }
    }

    /** Does not take what the server has yet to send. */
    @Override
    public void close() {
        MySqlConnections.closeQuietly(opened.socket());
        opened.close();
    }
}
