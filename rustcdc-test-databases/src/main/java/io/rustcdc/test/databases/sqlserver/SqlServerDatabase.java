package io.rustcdc.test.databases.sqlserver;

import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A database that is enabled for change data capture, with an agent that tests direct. T-SQL in, whichever kind it is. Thread-safe.
 */
public interface SqlServerDatabase extends AutoCloseable {

    /** Whether this is H2 instead of the real server, so that what it shows holds for our code only. */
    boolean isStandIn();

    String name();

    /** A connection of an administrator that takes T-SQL. Writes to captured tables go through {@link #sql} and {@link #transaction}. */
    Connection connect();

    /** Runs statements, each in a transaction of its own. */
    void sql(String... statements);

    /** Runs statements in one transaction. */
    void transaction(String... statements);

    /** A transaction that stays open until it is told to end. */
    SqlServerTransaction begin();

    /** All rows of a query, each value as the driver gives it. */
    List<List<@Nullable Object>> query(String sql);

    /** The first value of a query; null if there is none. */
    default @Nullable Object value(String sql) {
        List<List<@Nullable Object>> rows = query(sql);
        return rows.isEmpty() ? null : rows.get(0).get(0);
    }

    /** Enables a table, in the schema {@code dbo} if none is named; the capture instance gets the default name. */
    default void enable(String table) {
        enable(table, schema(table) + "_" + table.substring(table.indexOf('.') + 1));
    }

    /** Enables a table with all of its columns, or with the given ones, by a capture instance of this name. */
    default void enable(String table, String instance, String... columns) {
        String captured =
                columns.length == 0 ? "" : ", @captured_column_list = N'%s'".formatted(String.join(", ", columns));
        sql(
                "EXEC sys.sp_cdc_enable_table @source_schema = N'%s', @source_name = N'%s', @capture_instance = N'%s', @role_name = NULL, @supports_net_changes = 0%s"
                        .formatted(schema(table), table.substring(table.indexOf('.') + 1), instance, captured));
    }

    default void disable(String table, String instance) {
        sql("EXEC sys.sp_cdc_disable_table @source_schema = N'%s', @source_name = N'%s', @capture_instance = N'%s'"
                .formatted(schema(table), table.substring(table.indexOf('.') + 1), instance));
    }

    private static String schema(String table) {
        return table.contains(".") ? table.substring(0, table.indexOf('.')) : "dbo";
    }

    /** Copies all that is committed into the change tables, also while the capture job is stopped. */
    void capture();

    /** Stops the capture job: changes are committed, and nobody copies them. */
    void stopCapture();

    /** Starts the capture job, which is how a database begins. */
    void startCapture();

    /** Removes all captured changes of an instance up to the newest one, so that the low end of its validity moves. */
    void cleanUp(String instance);

    /** How long tests wait for what must come. */
    default Duration patience() {
        return Duration.ofSeconds(30);
    }

    @Override
    void close();
}
