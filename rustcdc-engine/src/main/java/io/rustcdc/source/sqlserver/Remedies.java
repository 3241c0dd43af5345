package io.rustcdc.source.sqlserver;

import io.rustcdc.event.Remedy;
import io.rustcdc.event.TableId;

/** Procedure calls that mend what was found, to be pasted by an administrator. */
final class Remedies {

    private static final String START = "EXEC sys.sp_cdc_start_job @job_type = N'capture';";
    private static final String STOP = "EXEC sys.sp_cdc_stop_job @job_type = N'capture';";
    private static final String OWNER = "As a member of db_owner.";

    private Remedies() {}

    static Remedy enableDatabase(String database) {
        String name = literal(database);
        return Remedy.sql("USE %s;".formatted(SqlServerSql.quoted(database)), "EXEC sys.sp_cdc_enable_db;")
                .at(Remedy.AMAZON, "EXEC msdb.dbo.rds_cdc_enable_db N'%s';".formatted(name))
                .at(Remedy.GOOGLE, "EXEC msdb.dbo.gcloudsql_cdc_enable_db N'%s';".formatted(name))
                .at(Remedy.AZURE, "the same, as a member of db_owner.")
                .say("As a member of sysadmin.");
    }

    static Remedy enableTable(TableId table) {
        return Remedy.sql(
                        "EXEC sys.sp_cdc_enable_table @source_schema = N'%s', @source_name = N'%s', @role_name = NULL, @supports_net_changes = 0;"
                                .formatted(literal(String.valueOf(table.schema())), literal(table.name())))
                .say(OWNER);
    }

    static Remedy secondInstance(CaptureInstance instance) {
        TableId table = instance.table();
        String base = table.schema() + "_" + table.name();
        String name = instance.name().equals(base + "_v2") ? base + "_v3" : base + "_v2";
        return Remedy.sql(
                        "EXEC sys.sp_cdc_enable_table @source_schema = N'%s', @source_name = N'%s', @capture_instance = N'%s', @role_name = NULL, @supports_net_changes = 0;"
                                .formatted(
                                        literal(String.valueOf(table.schema())), literal(table.name()), literal(name)))
                .say(
                        "That makes a second instance, to which this source changes over by itself; then the old one can be removed.");
    }

    static Remedy raiseRetention() {
        return Remedy.sql("EXEC sys.sp_cdc_change_job @job_type = N'cleanup', @retention = 10080;")
                .say("In minutes; 4320 is the default.");
    }

    /** A job takes its new settings when it is started. */
    static Remedy raiseCapture() {
        return Remedy.sql(
                        "EXEC sys.sp_cdc_change_job @job_type = N'capture', @maxtrans = 5000, @maxscans = 10, @pollinginterval = 1;",
                        STOP,
                        START)
                .at(Remedy.AZURE, "a SQL database has a scheduler instead of the job, which cannot be set.");
    }

    static Remedy captureContinuously() {
        return Remedy.sql("EXEC sys.sp_cdc_change_job @job_type = N'capture', @continuous = 1;", STOP, START);
    }

    static Remedy startCapture() {
        return Remedy.sql(START)
                .at(
                        Remedy.AZURE,
                        "a SQL database has a scheduler instead of the job: EXEC sys.sp_cdc_scan; copies once.")
                .say(
                        "Where SQL Server Agent does not run, start it first (the service; in a container MSSQL_AGENT_ENABLED=true).");
    }

    static Remedy readChanges(String schema, String user) {
        return Remedy.sql("GRANT SELECT ON SCHEMA::%s TO %s;".formatted(SqlServerSql.quoted(schema), user))
                .say(OWNER);
    }

    static Remedy readRows(TableId table, String user) {
        return Remedy.sql("GRANT SELECT ON %s.%s TO %s;"
                        .formatted(
                                SqlServerSql.quoted(String.valueOf(table.schema())),
                                SqlServerSql.quoted(table.name()),
                                user))
                .say(OWNER);
    }

    static Remedy createTrigger(String user) {
        return Remedy.sql("GRANT ALTER ANY DATABASE DDL TRIGGER TO %s;".formatted(user))
                .say(OWNER);
    }

    static Remedy allowViews() {
        return Remedy.sql("ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION ON;");
    }

    static String literal(String text) {
        return text.replace("'", "''");
    }
}
