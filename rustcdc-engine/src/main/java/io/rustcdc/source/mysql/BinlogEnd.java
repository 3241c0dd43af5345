package io.rustcdc.source.mysql;

import io.rustcdc.source.SourceException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * How far the binlog reaches, always between two transactions.
 *
 * @param position its end; what is before it need not be visible yet
 * @param executed all transactions with GTIDs that have committed; empty on MariaDB
 */
record BinlogEnd(BinlogPosition position, GtidSet executed) {

    private static final int FIRST_WITH_OTHER_WORDS = 802;

    static BinlogEnd read(Connection connection, Flavor flavor) throws SQLException {
        int version = 100 * connection.getMetaData().getDatabaseMajorVersion()
                + connection.getMetaData().getDatabaseMinorVersion();
        boolean renamed = flavor == Flavor.MYSQL && version >= FIRST_WITH_OTHER_WORDS;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(renamed ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS")) {
            if (!row.next()) {
                throw SourceException.configuration(
                        "The server writes no binlog", "Start it with log_bin and binlog_format=ROW");
            }
            BinlogPosition position = new BinlogPosition(row.getString(1), row.getLong(2));
            GtidSet executed = flavor == Flavor.MYSQL
                    ? GtidSet.parse(flavor, String.valueOf(row.getString(5)))
                    : GtidSet.empty(flavor);
            return new BinlogEnd(position, executed);
        }
    }
}
