package io.rustcdc.test.databases.sqlserver;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.h2.tools.SimpleResultSet;
import org.jspecify.annotations.Nullable;

/** Functions of SQL Server, as H2 calls them. */
public final class StandInFunctions {

    private static final byte[] NOTHING = new byte[10];

    private StandInFunctions() {}

    /** {@code sys.fn_cdc_get_max_lsn}: the newest captured transaction; null before there is one. */
    public static byte @Nullable [] maxLsn(Connection connection) throws SQLException {
        return lsn(connection, "SELECT MAX(start_lsn) FROM cdc.lsn_time_mapping", null);
    }

    /** {@code sys.fn_cdc_get_min_lsn}: zeros for an instance that does not exist, or has not been seen by the agent. */
    public static byte[] minLsn(Connection connection, String instance) throws SQLException {
        byte[] lsn = lsn(connection, "SELECT start_lsn FROM cdc.change_tables WHERE capture_instance = ?", instance);
        return lsn == null ? NOTHING : lsn;
    }

    /** {@code SERVERPROPERTY}. */
    public static @Nullable String serverProperty(Connection connection, String property) throws SQLException {
        return StandInServerFacts.of(connection.getCatalog()).property(property);
    }

    /** {@code DB_NAME}. */
    public static String dbName(Connection connection) throws SQLException {
        return connection.getCatalog();
    }

    /** {@code DB_ID}. */
    public static int dbId() {
        return StandInServerFacts.DATABASE_ID;
    }

    /** {@code USER_NAME}. */
    public static String userName() {
        return "dbo";
    }

    /** {@code QUOTENAME}. */
    public static @Nullable String quoteName(@Nullable String name) {
        return name == null ? null : "[" + name.replace("]", "]]") + "]";
    }

    /** {@code HAS_PERMS_BY_NAME}: 1 or 0; null where there is no such object. */
    public static @Nullable Integer hasPermsByName(
            Connection connection, @Nullable String securable, String type, String permission) throws SQLException {
        return StandInServerFacts.of(connection.getCatalog()).permission(securable, type, permission);
    }

    /** {@code SYSUTCDATETIME}. */
    public static LocalDateTime utc(Connection connection) throws SQLException {
        return LocalDateTime.ofInstant(
                StandInServerFacts.of(connection.getCatalog()).now(), ZoneOffset.UTC);
    }

    /** {@code SYSDATETIME}: the server's clock on the wall. */
    public static LocalDateTime local(Connection connection) throws SQLException {
        StandInServerFacts facts = StandInServerFacts.of(connection.getCatalog());
        return facts.local(facts.now());
    }

    /** {@code sys.dm_db_log_stats}: where the log ends, whether its end was copied or not. */
    public static ResultSet logStats(Connection connection, @Nullable Integer database) throws SQLException {
        String catalog = connection.getCatalog();
        SimpleResultSet result = new SimpleResultSet();
        result.addColumn("database_id", Types.INTEGER, 10, 0);
        result.addColumn("log_end_lsn", Types.VARCHAR, 24, 0);
        result.addRow(
                database, StandInLsn.text(StandInLsn.of(StandInLog.of(catalog).lastRecord())));
        return result;
    }

    private static byte @Nullable [] lsn(Connection connection, String sql, @Nullable String parameter)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            if (parameter != null) {
                statement.setString(1, parameter);
            }
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? result.getBytes(1) : null;
            }
        }
    }
}
