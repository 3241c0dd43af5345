-- The objects of SQL Server that the source looks at, as tables of H2; the stand-in keeps them up to date.
CREATE SCHEMA dbo;
CREATE SCHEMA sys;
CREATE SCHEMA cdc;
CREATE SCHEMA "msdb.dbo";

CREATE TABLE sys.databases (database_id INT PRIMARY KEY, name NVARCHAR(128), is_cdc_enabled BIT, snapshot_isolation_state TINYINT, snapshot_isolation_state_desc NVARCHAR(60), is_read_committed_snapshot_on BIT, recovery_model_desc NVARCHAR(60), compatibility_level SMALLINT, create_date DATETIME, service_broker_guid UNIQUEIDENTIFIER, collation_name NVARCHAR(128));
CREATE TABLE sys.database_recovery_status (database_id INT PRIMARY KEY, database_guid UNIQUEIDENTIFIER, family_guid UNIQUEIDENTIFIER, recovery_fork_guid UNIQUEIDENTIFIER);
CREATE TABLE sys.schemas (schema_id INT PRIMARY KEY, name NVARCHAR(128));
CREATE TABLE sys.objects (object_id INT PRIMARY KEY, name NVARCHAR(128), schema_id INT, type CHAR(2), is_ms_shipped BIT, create_date DATETIME, modify_date DATETIME);
CREATE TABLE sys.columns (object_id INT, name NVARCHAR(128), column_id INT, system_type_id INT, user_type_id INT, max_length INT, precision INT, scale INT, collation_name NVARCHAR(128), is_nullable BIT, is_identity BIT, is_computed BIT, PRIMARY KEY (object_id, column_id));
CREATE TABLE sys.types (name NVARCHAR(128), system_type_id INT, user_type_id INT PRIMARY KEY, schema_id INT, is_user_defined BIT);
CREATE TABLE sys.indexes (object_id INT, name NVARCHAR(128), index_id INT, type INT, type_desc NVARCHAR(60), is_unique BIT, is_primary_key BIT, is_disabled BIT, has_filter BIT, PRIMARY KEY (object_id, index_id));
CREATE TABLE sys.index_columns (object_id INT, index_id INT, index_column_id INT, column_id INT, key_ordinal INT, is_descending_key BIT, is_included_column BIT);
CREATE TABLE sys.partitions (object_id INT, index_id INT, partition_number INT, rows BIGINT);
CREATE TABLE sys.triggers (object_id INT PRIMARY KEY, name NVARCHAR(128), parent_class_desc NVARCHAR(60), create_date DATETIME, modify_date DATETIME, is_disabled BIT);
CREATE VIEW sys.trigger_events AS SELECT object_id, 22 AS type, 'ALTER_TABLE' AS type_desc FROM sys.triggers;

CREATE TABLE cdc.change_tables (object_id INT PRIMARY KEY, version INT, source_object_id INT, capture_instance NVARCHAR(128), start_lsn BINARY(10), end_lsn BINARY(10), supports_net_changes BIT, has_drop_pending BIT, role_name NVARCHAR(128), index_name NVARCHAR(128), filegroup_name NVARCHAR(128), create_date DATETIME, partition_switch BIT);
CREATE VIEW sys.tables AS SELECT o.*, EXISTS (SELECT 1 FROM cdc.change_tables c WHERE c.source_object_id = o.object_id) AS is_tracked_by_cdc, FALSE AS is_external, 0 AS temporal_type FROM sys.objects o WHERE o.type = 'U';
CREATE TABLE cdc.captured_columns (object_id INT, column_name NVARCHAR(128), column_id INT, column_type NVARCHAR(128), column_ordinal INT, is_computed BIT, PRIMARY KEY (object_id, column_ordinal));
CREATE TABLE cdc.index_columns (object_id INT, column_name NVARCHAR(128), index_ordinal SMALLINT, column_id INT);
CREATE TABLE cdc.lsn_time_mapping (start_lsn BINARY(10) PRIMARY KEY, tran_begin_time DATETIME, tran_end_time DATETIME, tran_id VARBINARY(10), tran_begin_lsn BINARY(10));
CREATE INDEX cdc.lsn_time_mapping_nonunique_idx ON cdc.lsn_time_mapping (tran_end_time);
CREATE TABLE cdc.ddl_history (source_object_id INT, object_id INT, required_column_update BIT, ddl_command NVARCHAR(MAX), ddl_lsn BINARY(10), ddl_time DATETIME);

CREATE TABLE "msdb.dbo".cdc_jobs (database_id INT, job_type NVARCHAR(20), job_id UNIQUEIDENTIFIER, maxtrans INT, maxscans INT, continuous BIT, pollinginterval BIGINT, retention BIGINT, threshold BIGINT);
CREATE TABLE "msdb.dbo".sysjobactivity (session_id INT, job_id UNIQUEIDENTIFIER, start_execution_date DATETIME, stop_execution_date DATETIME);
CREATE TABLE sys.dm_server_services (servicename NVARCHAR(256), startup_type INT, startup_type_desc NVARCHAR(256), status INT, status_desc NVARCHAR(256), process_id INT);
CREATE TABLE sys.dm_cdc_log_scan_sessions (session_id INT PRIMARY KEY, start_time DATETIME, end_time DATETIME, duration BIGINT, scan_phase NVARCHAR(200), error_count INT, start_lsn NVARCHAR(23), current_lsn NVARCHAR(23), end_lsn NVARCHAR(23), tran_count BIGINT, last_commit_lsn NVARCHAR(23), last_commit_time DATETIME, log_record_count BIGINT, schema_change_count BIGINT, command_count BIGINT, first_begin_cdc_lsn NVARCHAR(23), last_commit_cdc_lsn NVARCHAR(23), last_commit_cdc_time DATETIME, latency INT, empty_scan_count INT, failed_sessions_count INT);
CREATE TABLE sys.dm_cdc_errors (session_id INT, phase_number INT, entry_time DATETIME, error_number INT, error_severity INT, error_state INT, error_message NVARCHAR(1024), start_lsn NVARCHAR(23), begin_lsn NVARCHAR(23), sequence_value NVARCHAR(23));

-- What the next rowversion is made of.
CREATE SEQUENCE sys.dbts START WITH 2001;

CREATE ALIAS sys.fn_cdc_get_max_lsn FOR "io.rustcdc.test.databases.sqlserver.StandInFunctions.maxLsn";
CREATE ALIAS sys.fn_cdc_get_min_lsn FOR "io.rustcdc.test.databases.sqlserver.StandInFunctions.minLsn";
CREATE ALIAS sys.SERVERPROPERTY FOR "io.rustcdc.test.databases.sqlserver.StandInFunctions.serverProperty";
CREATE ALIAS sys.DB_NAME FOR "io.rustcdc.test.databases.sqlserver.StandInFunctions.dbName";
CREATE ALIAS sys.DB_ID FOR "io.rustcdc.test.databases.sqlserver.StandInFunctions.dbId";
CREATE ALIAS sys.USER_NAME FOR "io.rustcdc.test.databases.sqlserver.StandInFunctions.userName";
CREATE ALIAS sys.QUOTENAME FOR "io.rustcdc.test.databases.sqlserver.StandInFunctions.quoteName";
CREATE ALIAS sys.HAS_PERMS_BY_NAME FOR "io.rustcdc.test.databases.sqlserver.StandInFunctions.hasPermsByName";
CREATE ALIAS sys.SYSUTCDATETIME FOR "io.rustcdc.test.databases.sqlserver.StandInFunctions.utc";
CREATE ALIAS sys.SYSDATETIME FOR "io.rustcdc.test.databases.sqlserver.StandInFunctions.local";
CREATE ALIAS sys.dm_db_log_stats FOR "io.rustcdc.test.databases.sqlserver.StandInFunctions.logStats";
