package io.rustcdc.source.sqlserver;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What a server says of itself and of the database.
 *
 * @param version the whole version, for people
 * @param snapshotIsolation whether transactions may read in one view
 * @param versionedReads whether a statement reads in one view under READ COMMITTED
 */
record ServerFacts(
        int majorVersion, String version, boolean cdcEnabled, boolean snapshotIsolation, boolean versionedReads) {

    static ServerFacts read(Connection connection) throws SQLException {
        int major;
        String version;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SqlServerSql.SERVER)) {
            row.next();
            major = row.getInt("major_version");
            version = String.valueOf(row.getString("product_version"));
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SqlServerSql.DATABASE)) {
            boolean known = row.next();
            return new ServerFacts(
                    major,
                    version,
                    known && row.getBoolean("is_cdc_enabled"),
                    known && row.getInt("snapshot_isolation_state") == 1,
                    known && row.getBoolean("is_read_committed_snapshot_on"));
        }
    }
}
