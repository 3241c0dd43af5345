package io.rustcdc.source.sqlserver;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What a server says of itself and of the database.
 *
 * @param version the whole version, for people
 * @param user the user of the database that is connected
 * @param database what the database lets one do
 */
record ServerFacts(int majorVersion, String version, String user, Capabilities database) {

    /**
     * What the database lets one do.
     *
     * @param snapshotIsolation whether transactions may read in one view
     * @param versionedReads whether a statement reads in one view under READ COMMITTED
     */
    record Capabilities(boolean cdcEnabled, boolean snapshotIsolation, boolean versionedReads) {}

    boolean cdcEnabled() {
        return database.cdcEnabled();
    }

    boolean snapshotIsolation() {
        return database.snapshotIsolation();
    }

    boolean versionedReads() {
        return database.versionedReads();
    }

    static ServerFacts read(Connection connection) throws SQLException {
        int major;
        String version;
        String user;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SqlServerSql.SERVER)) {
            row.next();
            major = row.getInt("major_version");
            version = String.valueOf(row.getString("product_version"));
            user = String.valueOf(row.getString("user_name"));
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SqlServerSql.DATABASE)) {
            boolean known = row.next();
            return new ServerFacts(
                    major,
                    version,
                    user,
                    new Capabilities(
                            known && row.getBoolean("is_cdc_enabled"),
                            known && row.getInt("snapshot_isolation_state") == 1,
                            known && row.getBoolean("is_read_committed_snapshot_on")));
        }
    }
}
