package io.rustcdc.source.sqlserver;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * All T-SQL of the connector, one statement for each constant, so that it can be reviewed in one place. What is documented about
 * the objects is at <a href="https://learn.microsoft.com/sql/relational-databases/system-tables/change-data-capture-tables-transact-sql">
 * Change data capture tables</a>; the link at each constant names its own page below {@code learn.microsoft.com/sql/}.
 *
 * <p>{@code [cdc].} stands for the schema of the change tables and is replaced by its quoted name. {@code %s} are quoted names and
 * lists of them, {@code %d} numbers of ours; what comes from rows is always bound as a parameter. LSNs are {@code binary(10)} and
 * bound as bytes.
 */
final class SqlServerSql {

    // ---------------------------------------------------------------------------------------------------- the stream

    /**
     * The newest LSN that the capture process has written, NULL before the first, and the server's distance from UTC. The one
     * statement of an idle poll.
     *
     * <p>relational-databases/system-functions/sys-fn-cdc-get-max-lsn-transact-sql
     */
    static final String MAX_LSN = """
            SELECT sys.fn_cdc_get_max_lsn() AS max_lsn,
                   DATEDIFF(minute, SYSUTCDATETIME(), SYSDATETIME()) AS utc_offset_minutes
            """;

    /**
     * Differs when an instance came or went, a table was altered, or the clean-up moved the low end of an instance. Read after
     * {@link #MAX_LSN} has moved: an instance that has rows up to that LSN is visible then.
     *
     * <p>relational-databases/system-tables/cdc-change-tables-transact-sql,
     * relational-databases/system-tables/cdc-ddl-history-transact-sql
     */
    static final String CATALOG_STATE = """
            SELECT COUNT(*) AS instances,
                   MAX(create_date) AS newest,
                   MIN(start_lsn) AS lowest_start,
                   MAX(start_lsn) AS highest_start,
                   (SELECT MAX(ddl_lsn) FROM [cdc].[ddl_history]) AS last_ddl
            FROM [cdc].[change_tables]
            """;

    /**
     * The capture instances, the oldest first. {@code start_lsn} is the low end of what a change table holds: where it began, later
     * where the clean-up ended. The names of a source table are NULL where the user may not know of it.
     *
     * <p>relational-databases/system-tables/cdc-change-tables-transact-sql
     */
    static final String INSTANCES = """
            SELECT ct.object_id AS change_table_id,
                   ct.source_object_id AS source_table_id,
                   ct.capture_instance AS capture_instance,
                   ct.start_lsn AS start_lsn,
                   ct.create_date AS create_date,
                   ct.role_name AS role_name,
                   s.name AS source_schema,
                   t.name AS source_table
            FROM [cdc].[change_tables] AS ct
                 LEFT JOIN sys.tables AS t ON t.object_id = ct.source_object_id
                 LEFT JOIN sys.schemas AS s ON s.schema_id = t.schema_id
            ORDER BY ct.create_date, ct.object_id
            """;

    /**
     * The captured columns of all instances with the types that the change table gives them; {@code column_type} is what the source
     * calls its type, {@code source_column} is NULL where the source table has dropped the column.
     *
     * <p>relational-databases/system-tables/cdc-captured-columns-transact-sql,
     * relational-databases/system-catalog-views/sys-columns-transact-sql
     */
    static final String CAPTURED_COLUMNS = """
            SELECT cc.object_id AS change_table_id,
                   cc.column_name AS column_name,
                   cc.column_ordinal AS column_ordinal,
                   cc.is_computed AS is_computed,
                   cc.column_type AS column_type,
                   COALESCE(bt.name, ut.name) AS stored_type,
                   c.max_length AS max_length,
                   c.precision AS numeric_precision,
                   c.scale AS numeric_scale,
                   sc.name AS source_column
            FROM [cdc].[captured_columns] AS cc
                 JOIN [cdc].[change_tables] AS ct ON ct.object_id = cc.object_id
                 JOIN sys.columns AS c ON c.object_id = cc.object_id AND c.name = cc.column_name
                 JOIN sys.types AS ut ON ut.user_type_id = c.user_type_id
                 LEFT JOIN sys.types AS bt ON bt.user_type_id = c.system_type_id
                 LEFT JOIN sys.columns AS sc ON sc.object_id = ct.source_object_id AND sc.column_id = cc.column_id
            ORDER BY cc.object_id, cc.column_ordinal
            """;

    /**
     * The columns of the primary keys of the source tables, in key order.
     *
     * <p>relational-databases/system-catalog-views/sys-index-columns-transact-sql
     */
    static final String PRIMARY_KEYS = """
            SELECT ct.object_id AS change_table_id,
                   c.name AS column_name
            FROM [cdc].[change_tables] AS ct
                 JOIN sys.indexes AS i ON i.object_id = ct.source_object_id AND i.is_primary_key = 1
                 JOIN sys.index_columns AS ic
                   ON ic.object_id = i.object_id AND ic.index_id = i.index_id AND ic.key_ordinal > 0
                 JOIN sys.columns AS c ON c.object_id = ic.object_id AND c.column_id = ic.column_id
            ORDER BY ct.object_id, ic.key_ordinal
            """;

    /**
     * What has been done to the definition of captured tables after an LSN.
     *
     * <p>relational-databases/system-tables/cdc-ddl-history-transact-sql
     */
    static final String DDL_HISTORY = """
            SELECT object_id AS change_table_id,
                   required_column_update AS required_column_update,
                   ddl_command AS ddl_command,
                   ddl_lsn AS ddl_lsn
            FROM [cdc].[ddl_history]
            WHERE ddl_lsn > ?
            ORDER BY ddl_lsn
            """;

    /**
     * Whether one change table has rows in a window; the answers of many are asked for in one statement, see {@link #changed}.
     * Parameters: the window's low end (not in it) and its high end.
     *
     * <p>relational-databases/system-tables/cdc-capture-instance-ct-transact-sql
     */
    private static final String HAS_CHANGES = """
            SELECT %d AS instance
            WHERE EXISTS (SELECT 1 FROM [cdc].%s WHERE [__$start_lsn] > ? AND [__$start_lsn] <= ?)
            """;

    /**
     * A page of a change table in the order of the log, with what is known of each transaction. {@code __$command_id} comes before
     * {@code __$seqval}, which "should not be used for ordering": the delete and the insert of a deferred update share it.
     * Parameters: those of the condition, then the window's high end.
     *
     * <p>relational-databases/system-tables/cdc-capture-instance-ct-transact-sql,
     * relational-databases/system-tables/cdc-lsn-time-mapping-transact-sql
     */
    private static final String CHANGES = """
            SELECT TOP (%d) c.[__$start_lsn] AS commit_lsn,
                   c.[__$command_id] AS command_id,
                   c.[__$seqval] AS seqval,
                   c.[__$operation] AS operation,
                   c.[__$update_mask] AS update_mask,
                   m.tran_end_time AS commit_time,
                   m.tran_id AS tran_id,
                   %s
            FROM [cdc].%s AS c
                 LEFT JOIN [cdc].[lsn_time_mapping] AS m ON m.start_lsn = c.[__$start_lsn]
            WHERE %s AND c.[__$start_lsn] <= ?
            ORDER BY c.[__$start_lsn], c.[__$command_id], c.[__$seqval], c.[__$operation]
            """;

    /** A condition of {@link #CHANGES}: what was committed after a transaction. Parameter: its LSN. */
    static final String AFTER_TRANSACTION = "c.[__$start_lsn] > ?";

    /**
     * A condition of {@link #CHANGES}: what comes after a change. Parameters: LSN, LSN, LSN, command id, command id, seqval, seqval,
     * operation. The first comparison is there for the index.
     */
    static final String AFTER_CHANGE = """
            c.[__$start_lsn] >= ? AND (c.[__$start_lsn] > ? OR (c.[__$start_lsn] = ? AND (c.[__$command_id] > ? \
            OR (c.[__$command_id] = ? AND (c.[__$seqval] > ? OR (c.[__$seqval] = ? AND c.[__$operation] > ?))))))""";

    /**
     * As {@link #AFTER_CHANGE}, behind a change that has no command id, since an older version of the server wrote it. Parameters: LSN,
     * LSN, LSN, seqval, seqval, operation.
     */
    static final String AFTER_CHANGE_WITHOUT_COMMAND = """
            c.[__$start_lsn] >= ? AND (c.[__$start_lsn] > ? OR (c.[__$start_lsn] = ? AND (c.[__$seqval] > ? \
            OR (c.[__$seqval] = ? AND c.[__$operation] > ?))))""";

    // --------------------------------------------------------------------------------------------- checks and health

    /**
     * What the server says of itself and of who is connected.
     *
     * <p>t-sql/functions/serverproperty-transact-sql
     */
    static final String SERVER = """
            SELECT CAST(SERVERPROPERTY('ProductMajorVersion') AS int) AS major_version,
                   CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(128)) AS product_version,
                   DB_NAME() AS database_name,
                   USER_NAME() AS user_name
            """;

    /**
     * The database that the connection is in.
     *
     * <p>relational-databases/system-catalog-views/sys-databases-transact-sql
     */
    static final String DATABASE = """
            SELECT is_cdc_enabled AS is_cdc_enabled,
                   snapshot_isolation_state AS snapshot_isolation_state,
                   is_read_committed_snapshot_on AS is_read_committed_snapshot_on,
                   recovery_model_desc AS recovery_model
            FROM sys.databases
            WHERE name = DB_NAME()
            """;

    /**
     * Which change tables and source tables the user may read: 1 or 0, NULL where there is no such object for the user.
     *
     * <p>t-sql/functions/has-perms-by-name-transact-sql
     */
    static final String READ_RIGHTS = """
            SELECT ct.capture_instance AS capture_instance,
                   ct.role_name AS role_name,
                   HAS_PERMS_BY_NAME(CONCAT(QUOTENAME('%s'), N'.', QUOTENAME(CONCAT(ct.capture_instance, N'_CT'))),
                       N'OBJECT', N'SELECT') AS reads_changes,
                   HAS_PERMS_BY_NAME(CONCAT(QUOTENAME(s.name), N'.', QUOTENAME(t.name)), N'OBJECT', N'SELECT')
                       AS reads_rows,
                   s.name AS source_schema,
                   t.name AS source_table
            FROM [cdc].[change_tables] AS ct
                 LEFT JOIN sys.tables AS t ON t.object_id = ct.source_object_id
                 LEFT JOIN sys.schemas AS s ON s.schema_id = t.schema_id
            """;

    /**
     * The user's tables, and whether they are captured.
     *
     * <p>relational-databases/system-catalog-views/sys-tables-transact-sql
     */
    static final String TABLES = """
            SELECT s.name AS table_schema,
                   t.name AS table_name,
                   t.is_tracked_by_cdc AS is_tracked_by_cdc
            FROM sys.tables AS t
                 JOIN sys.schemas AS s ON s.schema_id = t.schema_id
            WHERE t.is_ms_shipped = 0
            ORDER BY s.name, t.name
            """;

    /**
     * The settings of the capture and clean-up jobs. Needs SELECT on the table in msdb.
     *
     * <p>relational-databases/system-tables/dbo-cdc-jobs-transact-sql
     */
    static final String JOBS = """
            SELECT job_type AS job_type,
                   maxtrans AS maxtrans,
                   maxscans AS maxscans,
                   continuous AS is_continuous,
                   pollinginterval AS pollinginterval,
                   retention AS retention
            FROM msdb.dbo.cdc_jobs
            WHERE database_id = DB_ID()
            """;

    /**
     * Whether SQL Server Agent, which runs the jobs, is running. Needs VIEW SERVER STATE (2022 and later: VIEW SERVER SECURITY STATE).
     *
     * <p>relational-databases/system-dynamic-management-views/sys-dm-server-services-transact-sql
     */
    static final String AGENT = """
            SELECT servicename AS servicename,
                   status_desc AS status_desc
            FROM sys.dm_server_services
            WHERE servicename LIKE N'SQL Server Agent%'
            """;

    /**
     * The newest run of the capture process through the log; runs that found nothing are counted in one row. Needs VIEW DATABASE
     * STATE (2022 and later: VIEW DATABASE PERFORMANCE STATE).
     *
     * <p>relational-databases/system-dynamic-management-views/change-data-capture-sys-dm-cdc-log-scan-sessions
     */
    static final String LAST_SCAN = """
            SELECT TOP (1) session_id AS session_id,
                   end_time AS end_time,
                   empty_scan_count AS empty_scan_count,
                   latency AS latency_seconds,
                   SYSDATETIME() AS server_time
            FROM sys.dm_cdc_log_scan_sessions
            WHERE session_id <> 0
            ORDER BY session_id DESC
            """;

    /**
     * What the capture process failed at last. Needs what {@link #LAST_SCAN} needs.
     *
     * <p>relational-databases/system-dynamic-management-views/change-data-capture-sys-dm-cdc-errors
     */
    static final String LAST_ERROR = """
            SELECT TOP (1) entry_time AS entry_time,
                   error_number AS error_number,
                   error_message AS error_message,
                   SYSDATETIME() AS server_time
            FROM sys.dm_cdc_errors
            ORDER BY entry_time DESC
            """;

    /**
     * The end of the transaction log, written as an LSN in hexadecimal with colons. Needs what {@link #LAST_SCAN} needs.
     *
     * <p>relational-databases/system-dynamic-management-views/sys-dm-db-log-stats-transact-sql
     */
    static final String LOG_END = "SELECT log_end_lsn AS log_end_lsn FROM sys.dm_db_log_stats(DB_ID())";

    /**
     * When the newest captured transaction was committed, in the server's local time, as the clock beside it. While nothing happens
     * the capture process adds an entry every few minutes.
     *
     * <p>relational-databases/system-tables/cdc-lsn-time-mapping-transact-sql
     */
    static final String LAST_CAPTURED = """
            SELECT TOP (1) start_lsn AS start_lsn,
                   tran_end_time AS commit_time,
                   SYSDATETIME() AS server_time
            FROM [cdc].[lsn_time_mapping]
            ORDER BY start_lsn DESC
            """;

    /**
     * When the transaction of an LSN, or the last one before it, was committed. Parameter: the LSN.
     *
     * <p>relational-databases/system-tables/cdc-lsn-time-mapping-transact-sql
     */
    static final String COMMITTED_AT = """
            SELECT TOP (1) tran_end_time AS commit_time
            FROM [cdc].[lsn_time_mapping]
            WHERE start_lsn <= ?
            ORDER BY start_lsn DESC
            """;

    /**
     * Columns of source tables that were altered since they are captured, which their capture instance does not have.
     *
     * <p>relational-databases/system-tables/cdc-captured-columns-transact-sql
     */
    static final String UNSEEN_COLUMNS = """
            SELECT ct.capture_instance AS capture_instance,
                   sc.name AS column_name
            FROM [cdc].[change_tables] AS ct
                 JOIN sys.columns AS sc ON sc.object_id = ct.source_object_id AND sc.is_computed = 0
                 LEFT JOIN [cdc].[captured_columns] AS cc
                   ON cc.object_id = ct.object_id AND cc.column_id = sc.column_id
            WHERE cc.column_id IS NULL
              AND EXISTS (SELECT 1 FROM [cdc].[ddl_history] AS d WHERE d.object_id = ct.object_id)
            ORDER BY ct.capture_instance, sc.column_id
            """;

    /** The server's clock, in UTC. */
    static final String UTC_NOW = "SELECT SYSUTCDATETIME() AS utc_now";

    // ------------------------------------------------------------------------------------------------------ TRUNCATE

    /**
     * Whether the user may create a DDL trigger in the database, and whether ours is there.
     *
     * <p>relational-databases/system-catalog-views/sys-triggers-transact-sql
     */
    static final String TRUNCATE_TRIGGER = """
            SELECT HAS_PERMS_BY_NAME(DB_NAME(), N'DATABASE', N'ALTER ANY DATABASE DDL TRIGGER') AS may_create,
                   (SELECT COUNT(*) FROM sys.triggers
                    WHERE parent_class_desc = N'DATABASE' AND name = N'rustcdc_truncate_capture') AS installed
            """;

    /**
     * A trigger that does nothing. No DDL event exists for TRUNCATE TABLE, and on a captured table the server refuses it with error
     * 4711, so there is nothing that it could record: it is there since operators look for it, and can look for it.
     *
     * <p>relational-databases/triggers/ddl-events
     */
    static final String CREATE_TRUNCATE_TRIGGER = """
            CREATE TRIGGER [rustcdc_truncate_capture] ON DATABASE FOR ALTER_TABLE AS
            BEGIN
                SET NOCOUNT ON;
            END
            """;

    // ---------------------------------------------------------------------------------------------- rows that exist

    /**
     * The sizes of the source tables by the server's own count.
     *
     * <p>relational-databases/system-catalog-views/sys-partitions-transact-sql
     */
    static final String ROW_COUNTS = """
            SELECT ct.object_id AS change_table_id,
                   SUM(p.rows) AS row_count
            FROM [cdc].[change_tables] AS ct
                 JOIN sys.partitions AS p ON p.object_id = ct.source_object_id AND p.index_id IN (0, 1)
            GROUP BY ct.object_id
            """;

    /** Rows of a source table: how many, columns, table, conditions, order. The last two may be empty. */
    private static final String ROWS = "SELECT TOP (%d) %s FROM %s%s%s";

    /** All rows of a source table: columns, table, conditions, order. The last two may be empty. */
    private static final String ALL_ROWS = "SELECT %s FROM %s%s%s";

    /** One row of a source table by its number in the order of the key: columns, table, conditions, order, how many before it. */
    private static final String NTH_ROW = "SELECT %s FROM %s%s%s OFFSET %d ROWS FETCH NEXT 1 ROWS ONLY";

    private final String schema;

    /** @param schema the schema of the change tables; {@code cdc} unless somebody moved them */
    SqlServerSql(String schema) {
        this.schema = schema;
    }

    /** One of the constants, with the schema's name. */
    String of(String statement) {
        return statement.replace("[cdc].", quoted(schema) + ".");
    }

    /** {@link #READ_RIGHTS}. */
    String readRights() {
        return of(READ_RIGHTS.formatted(schema.replace("'", "''")));
    }

    /** {@link #HAS_CHANGES} of several instances: gives the indexes, in the list, of those that have changes. */
    String changed(List<String> instances) {
        List<String> branches = new ArrayList<>();
        for (int i = 0; i < instances.size(); i++) {
            branches.add(of(HAS_CHANGES.formatted(i, changeTable(instances.get(i)))));
        }
        return String.join("UNION ALL\n", branches);
    }

    /**
     * {@link #CHANGES}.
     *
     * @param columns expressions
     * @param condition one of those beside it
     */
    String changes(int limit, List<String> columns, String instance, String condition) {
        return of(CHANGES.formatted(limit, String.join(", ", columns), changeTable(instance), condition));
    }

    /** Rows in key order; a limit of Integer.MAX_VALUE stands for all. */
    static String rows(int limit, List<String> columns, String table, List<String> conditions, List<String> key) {
        String cells = String.join(", ", columns);
        String where = where(conditions);
        return limit == Integer.MAX_VALUE
                ? ALL_ROWS.formatted(cells, table, where, order(key))
                : ROWS.formatted(limit, cells, table, where, order(key));
    }

    /** The columns of the row that has so many before it in key order. */
    static String nthRow(int before, List<String> columns, String table, List<String> conditions, List<String> key) {
        return NTH_ROW.formatted(String.join(", ", columns), table, where(conditions), order(key), before);
    }

    private static String where(List<String> conditions) {
        return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    }

    private static String order(List<String> key) {
        return key.isEmpty()
                ? ""
                : " ORDER BY " + key.stream().map(SqlServerSql::quoted).collect(Collectors.joining(", "));
    }

    private static String changeTable(String instance) {
        return quoted(instance + "_CT");
    }

    /** A name in brackets: {@code a]b} is {@code [a]]b]}. */
    static String quoted(String name) {
        return "[" + name.replace("]", "]]") + "]";
    }
}
