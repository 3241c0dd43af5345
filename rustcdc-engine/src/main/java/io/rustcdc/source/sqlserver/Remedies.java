package io.rustcdc.source.sqlserver;

import io.rustcdc.event.TableId;

/** Procedure calls that mend what was found, to be pasted by an administrator. */
final class Remedies {

    private Remedies() {}

    static String enableDatabase(String database) {
        return "As a member of sysadmin: USE %s; EXEC sys.sp_cdc_enable_db;".formatted(SqlServerSql.quoted(database));
    }

    static String enableTable(TableId table) {
        return "As a member of db_owner: EXEC sys.sp_cdc_enable_table @source_schema = N'%s', @source_name = N'%s', @role_name = NULL, @supports_net_changes = 0;"
                .formatted(literal(String.valueOf(table.schema())), literal(table.name()));
    }

    static String secondInstance(CaptureInstance instance) {
        TableId table = instance.table();
        String base = table.schema() + "_" + table.name();
        String name = instance.name().equals(base + "_v2") ? base + "_v3" : base + "_v2";
        return "To capture them, make a second instance; this source changes over to it by itself, and then the old one can be removed: EXEC sys.sp_cdc_enable_table @source_schema = N'%s', @source_name = N'%s', @capture_instance = N'%s', @role_name = NULL, @supports_net_changes = 0;"
                .formatted(literal(String.valueOf(table.schema())), literal(table.name()), literal(name));
    }

    static String raiseRetention() {
        return "EXEC sys.sp_cdc_change_job @job_type = N'cleanup', @retention = 10080; (minutes; 4320 is the default)";
    }

    static String startCapture() {
        return "Start SQL Server Agent (the service; in a container MSSQL_AGENT_ENABLED=true), then EXEC sys.sp_cdc_start_job @job_type = N'capture';";
    }

    static String literal(String text) {
        return text.replace("'", "''");
    }
}
