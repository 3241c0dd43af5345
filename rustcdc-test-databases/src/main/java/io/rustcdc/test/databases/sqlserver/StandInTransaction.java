package io.rustcdc.test.databases.sqlserver;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Pattern;

/** A session that writes: its changes of rows go to the log. */
final class StandInTransaction implements SqlServerTransaction {

    private static final Pattern DEFINES =
            Pattern.compile("\\s*(CREATE|ALTER|DROP|TRUNCATE|EXEC)", Pattern.CASE_INSENSITIVE);

    private final SqlServerStandIn database;
    private final StandInLog log;
    private final StandInDefinitions definitions;
    private final StandInProcedures procedures;
    private final Connection connection;
    private final int session;
    private boolean ended;

    StandInTransaction(
            SqlServerStandIn database, StandInLog log, StandInDefinitions definitions, StandInProcedures procedures) {
        this.database = database;
        this.log = log;
        this.definitions = definitions;
        this.procedures = procedures;
        try {
            connection = database.internal();
            connection.setAutoCommit(false);
            session = StandInTrigger.session(connection);
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot begin a transaction on " + database.name(), e);
        }
        log.begin(session);
    }

    @Override
    public void sql(String... statements) {
        for (String sql : statements) {
            try {
                run(sql);
            } catch (SQLException e) {
                log.transaction(session).statementFailed();
                throw new IllegalStateException("Cannot run " + sql, StandInErrors.of(e));
            }
        }
    }

    private void run(String sql) throws SQLException {
        if (DEFINES.matcher(sql).lookingAt()) {
            synchronized (database.agent()) {
                if (definitions.run(connection, sql) || procedures.run(connection, sql)) {
                    // Before the agent looks at what the log says of it.
                    connection.commit();
                    return;
                }
            }
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(TSqlBend.bend(sql));
        }
        log.transaction(session).statementEnded();
    }

    @Override
    public void commit() {
        try {
            log.commit(session, connection::commit);
            ended = true;
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot commit on " + database.name(), e);
        }
    }

    @Override
    public void close() {
        try (connection) {
            if (!ended) {
                log.rollback(session);
                connection.rollback();
            }
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot end a transaction on " + database.name(), e);
        }
    }
}
