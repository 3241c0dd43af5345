package io.rustcdc.source.sqlserver;

import io.rustcdc.source.SourceException;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Where the connector's connections come from: the seam below which a database speaks T-SQL. Thread-safe.
 *
 * <p>Each connection is in auto-commit mode, unless its purpose says otherwise, and belongs to the caller, who closes it.
 */
@FunctionalInterface
public interface SqlServerConnections {

    /**
     * Opens a connection to the database of the source.
     *
     * @throws SQLException with the server's or the driver's error, to be classified by the caller
     * @throws SourceException when there was nothing to connect with, such as credentials
     */
    Connection open(Purpose purpose) throws SQLException;

    /** Lets every call of {@link #open} that is under way in whatever thread fail soon, where that can be done. */
    default void abortOpening() {}

    /** What a connection is for. It decides how long an answer may take and in which view rows are read. */
    enum Purpose {

        /** Short statements about the catalog, the jobs and the server. Each ends within the connection timeout. */
        STATEMENTS,

        /** Reading change tables. READ COMMITTED; results come as they are read. */
        CHANGES,

        /** Reading rows of source tables. READ COMMITTED; results come as they are read. */
        ROWS,

        /**
         * Reading rows of source tables, all in the view that the first statement has after a commit: isolation SNAPSHOT, not in
         * auto-commit mode. Asked for only where the database allows it.
         */
        ROWS_IN_ONE_VIEW
    }
}
