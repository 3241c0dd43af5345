IF OBJECT_ID(N'${prefix}dead_letter', N'U') IS NULL
CREATE TABLE ${prefix}dead_letter (
    id bigint IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    source_name nvarchar(100) COLLATE Latin1_General_100_BIN2 NOT NULL,
    listener nvarchar(500) COLLATE Latin1_General_100_BIN2 NOT NULL,
    position_text nvarchar(max) NOT NULL,
    letter_hash nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL UNIQUE,
    table_schema nvarchar(200) COLLATE Latin1_General_100_BIN2 NOT NULL,
    table_name nvarchar(200) COLLATE Latin1_General_100_BIN2 NOT NULL,
    row_key nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
    row_hash nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    previous_key nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
    previous_hash nvarchar(64) COLLATE Latin1_General_100_BIN2 NULL,
    state nvarchar(20) COLLATE Latin1_General_100_BIN2 NOT NULL,
    parked_at datetime2(6) NOT NULL,
    error nvarchar(max) NULL,
    attempts bigint NULL,
    failed_at datetime2(6) NULL,
    offset_json nvarchar(max) NOT NULL,
    event_json nvarchar(max) NOT NULL,
    INDEX dead_letter_source (source_name, id),
    INDEX dead_letter_row (row_hash, id),
    INDEX dead_letter_previous (previous_hash, id)
);
