package io.rustcdc.source.postgres;

import io.rustcdc.source.postgres.PostgresConnections.Opened;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Makes sure that what was checked over one connection is what is read over the other: an address may lead to another server
 * a moment later, after a failover or behind a load balancer.
 */
final class SameServer {

    /** No two servers have started in the same microsecond; every role may ask. */
    private static final String START = "SELECT pg_postmaster_start_time()::text";

    private SameServer() {}

    static void require(Opened sql, Opened replication, PostgresErrors errors) throws SQLException {
        String checked = start(sql);
        String read = start(replication);
        if (!checked.equals(read)) {
            throw errors.twoServers(checked, read);
        }
    }

    private static String start(Opened opened) throws SQLException {
        try (Statement statement = opened.connection().createStatement();
                ResultSet row = statement.executeQuery(START)) {
            row.next();
            return row.getString(1);
        }
    }
}
